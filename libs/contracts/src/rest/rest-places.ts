import type { IsoTime, Seq } from '../formats.js';
import type { ForumTag } from '../events/channel-events.js';
import type { Snowflake } from '../snowflake.js';
import type { ChannelType } from '../wire/channel-type.js';
import type { WireChannel } from '../wire/wire-events.js';
import type { WireRoom } from '../wire/wire-rooms.js';
import type { RestAsOf } from './rest-as-of.js';

/** A channel, a category, a room or a thread that the caller may see. Lists are in Discord's display order. */
export type RestChannel = WireChannel & {
  topic: string | null;
  position: number | null;
  nsfw: boolean;
  /** Only for rooms; 0: no limit. */
  userLimit?: number;
  /** Only for threads in which only moderators may write. */
  locked?: true;
  /** Only for forums and media channels: the tags that members can put on posts, in the order of the channel. */
  tags?: RestForumTag[];
  /** Whether the caller may read its messages, live and past. */
  readable: boolean;
  history: boolean;
  /** The newest message. Only in the list of channels; absent: there is none, or the caller may not read the history. */
  lastMessageId?: Snowflake;
};

export interface RestThread {
  id: Snowflake;
  name: string;
  type: ChannelType;
  /** Discord's channel type number. */
  discordType: number;
  serverId: Snowflake;
  /** The channel that it belongs to. */
  parentId: Snowflake;
  ownerId: Snowflake | null;
  archived: boolean;
  locked: boolean | null;
  /** ISO 8601; null: not known. */
  createdAt: IsoTime | null;
  archiveChangedAt: IsoTime | null;
  autoArchiveMinutes: number | null;
  /** As Discord counts them; Discord stops counting at a limit. */
  messageCount: number | null;
  memberCount: number | null;
  /** The tags of a forum post, with their current names. */
  tags: RestForumTag[];
}

export type RestForumTag = Pick<ForumTag, 'id' | 'name' | 'emojiId' | 'emojiName'>;

/** Newest first. `next`: the `before` of the next page; null: this is the last page. */
export interface RestThreadPage {
  threads: RestThread[];
  next: Snowflake | null;
  /** Only with `asOf`. */
  asOf?: RestAsOf;
}

/** A current member of a guild. */
export interface RestMember {
  userId: Snowflake;
  username: string | null;
  /** Their nickname in this guild; null: none. */
  nick: string | null;
  globalName: string | null;
  avatar: string | null;
  bot: boolean;
  /** Roles besides the default one, which every member has. */
  roleIds: Snowflake[];
  /** ISO 8601; null: not known. */
  joinedAt: IsoTime | null;
  /** ISO 8601; until then the member can only read. */
  timedOutUntil: IsoTime | null;
}

/** Ordered by id. `next`: the `after` of the next page; null: this is the last page. */
export interface RestMemberPage {
  members: RestMember[];
  next: Snowflake | null;
  /** Only with `asOf`. */
  asOf?: RestAsOf;
}

export interface RestRole {
  id: Snowflake;
  name: string;
  /** 0xRRGGBB; 0: none. */
  color: number | null;
  position: number | null;
  /** Whether its members are listed separately. */
  hoist: boolean;
}

/** Live delivery of the rooms continues at the cursor `seq`. */
export interface RestRooms {
  rooms: WireRoom[];
  seq: Seq;
  /** Only with `asOf`. */
  asOf?: RestAsOf;
}

export interface RestCounts {
  /** Including messages that were deleted since. */
  messages: number;
  edits: number;
  deletions: number;
  /** Reactions whose addition was received. */
  reactions: number;
  /** Different authors of the messages that still exist; the author of a deleted message is not kept. */
  authors: number;
}

/** Counts of a channel by hour, never by person; an hour without events is absent. */
export interface RestChannelStatistics {
  channelId: Snowflake;
  hours: (RestCounts & { hour: IsoTime })[];
}

/** Counts of the channels of a guild, each summed over the requested time; and of all these channels by hour. */
export interface RestGuildStatistics {
  guildId: Snowflake;
  channels: RestChannelCounts[];
  /** An hour without events is absent. */
  hours: RestGuildHour[];
}

export interface RestChannelCounts extends RestCounts {
  channelId: Snowflake;
  /** Also of archived threads; null: not known. */
  name: string | null;
}

/** `hour`: when it begins, ISO 8601. */
export type RestGuildHour = Omit<RestCounts, 'authors'> & { hour: IsoTime };
