import type { Snowflake } from '../snowflake.js';
import type { Described } from './described.js';

/** A permission overwrite; `allow` and `deny` are decimal strings of 64-bit sets. */
export interface OverwriteState {
  id: Snowflake;
  type: 'role' | 'member';
  allow: string;
  deny: string;
}

interface Channel {
  id: Snowflake;
  guildId: Snowflake;
  /** Discord's channel type number. */
  channelType: number;
  name: string;
  topic: string | null;
  position: number;
  parentId: Snowflake | null;
  nsfw: boolean;
  /** null: there is one of which cannot be read whom it is about, so that nobody can be given anything by the others. */
  overwrites: OverwriteState[] | null;
}

export type ChannelState = Described<Channel, 'id' | 'guildId'>;

interface Room extends Channel {
  userLimit: number | null;
  bitrate: number | null;
}

/** A voice or stage channel. Logs of earlier days hold `channel.*` for them. */
export type RoomState = Described<Room, 'id' | 'guildId'>;

/** Discord's channel types that are rooms: voice and stage. */
export const ROOM_CHANNEL_TYPES: ReadonlySet<number> = new Set([2, 13]);

interface Thread {
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

export type ThreadState = Described<Thread, 'id' | 'guildId'>;

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
