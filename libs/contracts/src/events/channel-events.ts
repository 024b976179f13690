import type { Snowflake } from '../snowflake.js';
import type { Described } from './field-types.js';

/** A permission overwrite; `allow` and `deny` are decimal strings of 64-bit sets. */
export interface OverwriteState {
  id: Snowflake;
  type: 'role' | 'member';
  allow: string;
  deny: string;
}

/** A tag that members can put on the posts of a forum. */
export interface ForumTag {
  id: Snowflake;
  name: string;
  /** Whether only members who manage threads can apply it. */
  moderated: boolean;
  /** Id of a custom emoji. */
  emojiId: Snowflake | null;
  /** The characters of a Unicode emoji. */
  emojiName: string | null;
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
  /** null: at least one overwrite has an unreadable id, so the others must not grant anyone access. */
  overwrites: OverwriteState[] | null;
  /** Only forums have tags. */
  availableTags: ForumTag[];
}

export type ChannelState = Described<Channel, 'id' | 'guildId'>;

interface Room extends Channel {
  userLimit: number | null;
  bitrate: number | null;
}

/** A voice or stage channel. Older logs hold `channel.*` events for them. */
export type RoomState = Described<Room, 'id' | 'guildId'>;

/** Discord's channel type numbers of rooms: voice and stage. */
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
  /** In a private thread: whether members who are not moderators may add others. */
  invitable: boolean | null;
  /** When it was last archived or unarchived. */
  archiveTimestamp: string | null;
  /** Minutes without a message after which it is archived. */
  autoArchiveMinutes: number;
  createdAt: string | null;
  appliedTagIds: Snowflake[];
  /** Both as Discord counts them; Discord stops counting at a limit. */
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
  /** The status that members set for a voice channel; null: none. */
  'room.status_updated': ChannelIds & { status: string | null };
  'thread.synced': ThreadState;
  'thread.created': ThreadState;
  'thread.updated': ThreadState;
  'thread.deleted': ChannelIds & { parentId: Snowflake | null };
  /** All active threads of these channels that the bot may see (null: of the whole guild). */
  'thread.list_synced': { guildId: Snowflake; channelIds: Snowflake[] | null; threadIds: Snowflake[] };
  /** The bot's own membership. */
  'thread.member_updated': ThreadMembers;
  'thread.members_updated': ThreadMembers;
}
