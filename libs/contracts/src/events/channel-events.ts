import type { Snowflake } from '../snowflake.js';

/** A permission overwrite; `allow` and `deny` are decimal strings of 64-bit sets. */
export interface OverwriteState {
  id: Snowflake;
  type: 'role' | 'member';
  allow: string;
  deny: string;
}

export interface ChannelState {
  id: Snowflake;
  guildId: Snowflake;
  /** Discord's channel type number. */
  channelType: number;
  name: string;
  topic: string | null;
  position: number;
  parentId: Snowflake | null;
  nsfw: boolean;
  overwrites: OverwriteState[];
}

/** A voice or stage channel. Logs of earlier days hold `channel.*` for them. */
export interface RoomState extends ChannelState {
  userLimit: number | null;
  bitrate: number | null;
}

/** Discord's channel types that are rooms: voice and stage. */
export const ROOM_CHANNEL_TYPES: ReadonlySet<number> = new Set([2, 13]);

export interface ThreadState {
  id: Snowflake;
  guildId: Snowflake;
  parentId: Snowflake | null;
  name: string;
  /** Discord's channel type number. */
  channelType: number;
  ownerId: Snowflake | null;
  archived: boolean;
  locked: boolean;
  /** Of a private thread: whether members who are no moderators may add others. */
  invitable: boolean | null;
  /** When it was archived or taken out of the archive last. */
  archiveTimestamp: string | null;
  /** Minutes of silence after which it is archived. */
  autoArchiveMinutes: number;
  createdAt: string | null;
  appliedTagIds: Snowflake[];
  /** Both as Discord counts them, which it stops doing at a limit. */
  messageCount: number | null;
  memberCount: number | null;
}

interface ThreadMembers {
  threadId: Snowflake;
  guildId: Snowflake;
  added: Snowflake[];
  removed: Snowflake[];
}

interface ChannelIds {
  id: Snowflake;
  guildId: Snowflake;
}

export interface ChannelEvents {
  'channel.synced': ChannelState;
  'channel.created': ChannelState;
  'channel.updated': ChannelState;
  'channel.deleted': ChannelIds;
  'channel.pins_updated': { channelId: Snowflake; guildId: Snowflake; lastPinAt: string | null };
  'room.synced': RoomState;
  'room.created': RoomState;
  'room.updated': RoomState;
  'room.deleted': ChannelIds;
  /** The line that people set over a voice channel; null: none. */
  'room.status_updated': ChannelIds & { status: string | null };
  'thread.synced': ThreadState;
  'thread.created': ThreadState;
  'thread.updated': ThreadState;
  'thread.deleted': ChannelIds & { parentId: Snowflake | null };
  /** The active threads of these channels, all that the bot may see (null: of the whole guild). */
  'thread.list_synced': { guildId: Snowflake; channelIds: Snowflake[] | null; threadIds: Snowflake[] };
  /** The bot's own membership. */
  'thread.member_updated': ThreadMembers;
  'thread.members_updated': ThreadMembers;
}
