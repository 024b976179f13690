import type { IsoTime, Seq, Uuid } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { ChannelType } from './channel-type.js';
import type { ChangedExtras, MessageExtras } from './message-extras.js';
import type { QueueUpdate, SubscribeQueueRequest } from './wire-queue.js';
import type { ReactionBody, ReactionClearBody, WireReactionCount } from './wire-reactions.js';
import type {
  Redaction,
  Replayable,
  ReplayEnded,
  ReplayGap,
  ReplayRequest,
  ReplaySeekRequest,
  ReplaySkipped,
  ReplaySpeedRequest,
  ReplayStartRequest,
  ReplayStatus,
} from './wire-replay.js';
import type {
  Ack,
  GetHistoryRequest,
  JoinAck,
  JoinChannelRequest,
  LeaveChannelRequest,
  RefreshTokenRequest,
  SubscribeRoomsRequest,
  UnsubscribeRoomsRequest,
  WireError,
} from './wire-requests.js';
import type {
  Lagging,
  PositionNotice,
  PresenceNotice,
  RateLimited,
  ReconnectNotice,
  TypingNotice,
  Unsubscribed,
} from './wire-notices.js';
import type { SourceStatus } from './source-status.js';
import type {
  RoomCreatedBody,
  RoomDeletedBody,
  VoiceJoinedBody,
  WireRoom,
  WireVoiceLeft,
} from './wire-rooms.js';

/**
 * The live protocol. Names and fields are fixed, because clients use them. `seq` is the cursor of an event, `prev` the cursor
 * of the previous event of the same feed: a client may apply an event if its own cursor equals `prev`. A bulk deletion is
 * several consecutive `message_delete` events, of which only the last moves the cursor.
 */
export interface Positioned {
  seq: Seq;
  prev: Seq;
}

export interface WireAuthor {
  id: Snowflake;
  username: string;
  /** The author's display name; absent: none, or not known. */
  globalName?: string;
  /** Discord's hash of the author's picture. */
  avatar?: string;
  /** Absent: a person, or not known. */
  bot?: true;
}

/**
 * The one shape of a message: REST, Socket.IO, server-sent events and webhooks send these fields, each with the same value.
 * {@link WireHistoryMessage} adds the fields that the event of a new message cannot have.
 */
export interface MessageBody extends MessageExtras {
  id: Snowflake;
  content: string;
  author: WireAuthor;
  timestamp: IsoTime;
  /** ISO 8601; null: never edited. A new message may have been edited before it was recorded, as backfill finds it. */
  editedTimestamp: IsoTime | null;
  /** null: not known. */
  pinned: boolean | null;
  /** How often its content was replaced. */
  revision: number;
  channelId: Snowflake;
  serverId: Snowflake;
}

/** Fields that Discord did not send with the update are absent: they have not changed. */
export interface MessageUpdateBody extends ChangedExtras {
  id: Snowflake;
  content?: string;
  author?: WireAuthor;
  timestamp?: IsoTime;
  editedTimestamp?: IsoTime | null;
  pinned?: boolean;
  /** Present when this update replaced the content. */
  revision?: number;
  channelId: Snowflake;
  serverId: Snowflake;
}

/** In a change row a bulk deletion keeps its ids together; on the wire each id is a separate event. */
export interface MessageDeleteBody {
  ids: Snowflake[];
  channelId: Snowflake;
  serverId: Snowflake;
}

export interface WireMessageDelete {
  id: Snowflake;
  channelId: Snowflake;
  serverId: Snowflake;
}

export interface WireChannel {
  id: Snowflake;
  name: string;
  type: ChannelType;
  /** Discord's channel type number. */
  discordType: number;
  serverId: Snowflake;
  /** Its category; of a thread, its channel. */
  parentId?: Snowflake;
  /** Only for threads. */
  archived?: boolean;
}

export type ChannelUpdateBody = WireChannel & { deleted: boolean };

/**
 * The current state of a message, in REST, search, snapshots and history; `seq` is the sequence of the last event that
 * changed it. Two things are here and not in the event of a new message: `reactions`, which are events of their own, and the
 * votes of a `poll` that arrived after the message, each of which is an update with the whole `poll`.
 */
export type WireHistoryMessage = MessageBody & {
  seq: Seq;
  /** Absent: there are none. */
  reactions?: WireReactionCount[];
  /** Only in an earlier state (`asOf`, the snapshot of a replay): why its content is withheld. */
  redacted?: Redaction;
};

/**
 * Why a client gets a snapshot: it joined, or its cursor cannot be resumed from (a tail is never partial), or the read models
 * were rebuilt (`projection_switched`: nothing was missed, but some values may differ). `history_forbidden`: the user may
 * follow the channel live but not read its history, so the snapshot has no messages. `access_changed`: the user's access has
 * changed. `replay`: it shows the past.
 */
export type SnapshotReason =
  | 'joined'
  | 'cursor_too_old'
  | 'cursor_unknown'
  | 'too_far_behind'
  | 'projection_switched'
  | 'history_forbidden'
  | 'access_changed'
  | 'replay';

export interface MessagesBulk {
  channelId: Snowflake;
  serverId: Snowflake;
  /** Oldest first. */
  messages: WireHistoryMessage[];
  /** The cursor of the snapshot: the tail starts after it. */
  seq: Seq;
  reason: SnapshotReason;
}

export interface WireGuild {
  id: Snowflake;
  name: string;
  icon: string | null;
}

export interface UserInfo {
  id: string;
  role: Role;
  /** Only for users who logged in with Discord. */
  username?: string;
}

export const ROLES = ['admin', 'analyst', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** All rooms of a guild that the user may see. Room events follow it, as message events follow {@link MessagesBulk}. */
export interface RoomsList {
  guildId: Snowflake;
  rooms: WireRoom[];
  seq: Seq;
  reason: SnapshotReason;
}

/** The channels as they were: the one of the replay, or all of its guild that the user may see. A snapshot follows. */
export interface ReplayChannels {
  /** Of the replay. */
  id: Uuid;
  at: IsoTime;
  channels: WireChannel[];
}

export interface ServerToClientEvents {
  user_info: (info: UserInfo) => void;
  source: (status: SourceStatus) => void;
  channels_list: (channels: WireChannel[]) => void;
  messages_bulk: (bulk: Replayable<MessagesBulk>) => void;
  message: (event: Replayable<MessageBody & Positioned>) => void;
  message_update: (event: Replayable<MessageUpdateBody & Positioned>) => void;
  message_delete: (event: Replayable<WireMessageDelete & Positioned>) => void;
  channel_update: (event: Replayable<ChannelUpdateBody & Positioned>) => void;
  reaction_add: (event: Replayable<ReactionBody & Positioned>) => void;
  reaction_remove: (event: Replayable<ReactionBody & Positioned>) => void;
  reaction_clear: (event: Replayable<ReactionClearBody & Positioned>) => void;
  rooms_list: (rooms: Replayable<RoomsList>) => void;
  room_created: (event: Replayable<RoomCreatedBody & Positioned>) => void;
  room_deleted: (event: Replayable<RoomDeletedBody & Positioned>) => void;
  voice_joined: (event: Replayable<VoiceJoinedBody & Positioned>) => void;
  voice_left: (event: Replayable<WireVoiceLeft & Positioned>) => void;
  queue_update: (update: QueueUpdate) => void;
  replay_gap: (gap: ReplayGap) => void;
  replay_channels: (channels: ReplayChannels) => void;
  replay_skipped: (skipped: ReplaySkipped) => void;
  replay_ended: (ended: ReplayEnded) => void;
  typing: (notice: TypingNotice) => void;
  presence: (notice: PresenceNotice) => void;
  position: (notice: PositionNotice) => void;
  unsubscribed: (notice: Unsubscribed) => void;
  lagging: (notice: Lagging) => void;
  reconnect: (notice: ReconnectNotice) => void;
  error: (error: WireError) => void;
  rate_limited: (notice: RateLimited) => void;
}

export interface ClientToServerEvents {
  get_channels: (ack?: (answer: Ack<{ channels: WireChannel[] }>) => void) => void;
  join_channel: (request: JoinChannelRequest, ack?: (answer: JoinAck) => void) => void;
  leave_channel: (
    request: LeaveChannelRequest,
    ack?: (answer: Ack<{ channelId: Snowflake }>) => void,
  ) => void;
  get_history: (
    request: GetHistoryRequest,
    ack?: (answer: Ack<{ channelId: Snowflake; messages: WireHistoryMessage[] }>) => void,
  ) => void;
  refresh_token: (request: RefreshTokenRequest, ack?: (answer: Ack<{ expiresAt: string }>) => void) => void;
  subscribe_rooms: (
    request: SubscribeRoomsRequest,
    ack?: (answer: Ack<{ guildId: Snowflake; seq: Seq; resumed: boolean }>) => void,
  ) => void;
  subscribe_queue: (
    request: SubscribeQueueRequest,
    ack?: (answer: Ack<{ guildId: Snowflake; seq: number }>) => void,
  ) => void;
  unsubscribe_queue: (
    request: SubscribeQueueRequest,
    ack?: (answer: Ack<{ guildId: Snowflake }>) => void,
  ) => void;
  replay_start: (request: ReplayStartRequest, ack?: (answer: Ack<ReplayStatus>) => void) => void;
  replay_pause: (request: ReplayRequest, ack?: (answer: Ack<ReplayStatus>) => void) => void;
  replay_resume: (request: ReplayRequest, ack?: (answer: Ack<ReplayStatus>) => void) => void;
  replay_seek: (request: ReplaySeekRequest, ack?: (answer: Ack<ReplayStatus>) => void) => void;
  replay_speed: (request: ReplaySpeedRequest, ack?: (answer: Ack<ReplayStatus>) => void) => void;
  replay_stop: (request: ReplayRequest, ack?: (answer: Ack<ReplayStatus>) => void) => void;
  unsubscribe_rooms: (
    request: UnsubscribeRoomsRequest,
    ack?: (answer: Ack<{ guildId: Snowflake }>) => void,
  ) => void;
}
