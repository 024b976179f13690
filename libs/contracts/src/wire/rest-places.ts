import type { Recovered, Unrecoverable } from '../events/gap-events.js';
import type { Snowflake } from '../snowflake.js';
import type { ChannelType } from './channel-type.js';
import type { WireChannel } from './wire-events.js';
import type { WireRoom } from './wire-rooms.js';

/** A channel, a category, a room or a thread that whoever asks may see. Lists are in Discord's display order. */
export type RestChannel = WireChannel & {
  topic: string | null;
  position: number | null;
  nsfw: boolean;
  /** Only of rooms; 0 is no limit. */
  userLimit?: number;
  /** Whether whoever asks may read what is said there, and what was said before. */
  readable: boolean;
  history: boolean;
  /** In the list of channels only: the newest message; absent: there is none, or the caller may not look back. */
  lastMessageId?: Snowflake;
};

export interface RestThread {
  id: Snowflake;
  name: string;
  type: ChannelType;
  /** Discord's channel type number. */
  discordType: number;
  serverId: Snowflake;
  /** The channel it is in. */
  parentId: Snowflake;
  ownerId: Snowflake | null;
  archived: boolean;
  locked: boolean | null;
  /** ISO 8601; null: not known. */
  createdAt: string | null;
  archiveChangedAt: string | null;
  autoArchiveMinutes: number | null;
  /** As Discord counts them, which it stops doing at a limit. */
  messageCount: number | null;
  memberCount: number | null;
}

/** Newest first. `next`: what to pass as `before` for the next page; null: there is none. */
export interface RestThreadPage {
  threads: RestThread[];
  next: Snowflake | null;
}

/** A present member of a server. */
export interface RestMember {
  userId: Snowflake;
  username: string | null;
  /** Their name in this server only; null: none. */
  nick: string | null;
  globalName: string | null;
  avatar: string | null;
  bot: boolean;
  /** Without @everyone. */
  roleIds: Snowflake[];
  /** ISO 8601; null: not known. */
  joinedAt: string | null;
  /** ISO 8601; until then the member can only read. */
  timedOutUntil: string | null;
}

/** In the order of ids. `next`: what to pass as `after` for the next page; null: there is none. */
export interface RestMemberPage {
  members: RestMember[];
  next: Snowflake | null;
}

export interface RestRole {
  id: Snowflake;
  name: string;
  /** 0xRRGGBB; 0: none. */
  color: number | null;
  position: number | null;
  /** Whether its members are listed apart. */
  hoist: boolean;
}

/** `seq`: the cursor at which live delivery of the rooms goes on. */
export interface RestRooms {
  rooms: WireRoom[];
  seq: number;
}

/** A time in which the guild was not listened to, and what was found out about it afterwards. */
export interface RestGap {
  gapId: string;
  /** `session_lost` or `first_start`; null: its end alone was seen. */
  cause: string | null;
  /** All times ISO 8601; null: not known. */
  openedAt: string | null;
  from: string | null;
  to: string | null;
  /** null: history is still fetched. */
  closedAt: string | null;
  recovered: Recovered | null;
  unrecoverable: Unrecoverable[] | null;
}

/** Newest first. `next`: what to pass as `before` for the next page; null: there is none. */
export interface RestGapPage {
  gaps: RestGap[];
  next: string | null;
}

export interface RestCounts {
  /** Also those deleted since. */
  messages: number;
  edits: number;
  deletions: number;
  /** Reactions seen as they were added. */
  reactions: number;
  /** Different authors of those messages that are still there: of a deleted one nobody keeps who wrote it. */
  authors: number;
}

/** What happened in a channel, hour by hour, never by whom; an hour without events is absent. */
export interface RestChannelStatistics {
  channelId: Snowflake;
  /** ISO 8601. */
  hours: (RestCounts & { hour: string })[];
}

/** What happened in the channels of a guild, each summed over the time asked for. */
export interface RestGuildStatistics {
  guildId: Snowflake;
  channels: (RestCounts & { channelId: Snowflake })[];
}
