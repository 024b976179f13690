import type { Snowflake } from '../snowflake.js';
import type { ChannelType } from './channel-type.js';
import type { ChangedExtras, MessageExtras } from './message-extras.js';
import type { ReactionBody, ReactionClearBody, WireReactionCount } from './wire-reactions.js';
import type { SourceStatus } from './source-status.js';
import type {
  RoomCreatedBody,
  RoomDeletedBody,
  VoiceJoinedBody,
  WireRoom,
  WireVoiceLeft,
} from './wire-rooms.js';

/**
 * The live protocol. Names and fields are fixed: clients exist that use them.
 * `seq` is the cursor of an event, `prev` that of the event before it in the same feed: an event may be applied
 * when its `prev` is the cursor the client stands at. A bulk deletion is several `message_delete` in a row of which
 * only the last moves the cursor.
 */
export interface Positioned {
  seq: number;
  prev: number;
}

export interface WireAuthor {
  id: Snowflake;
  username: string;
  /** The name that the author chose to be shown by; absent: none, or not known. */
  globalName?: string;
  /** Discord's hash of the author's picture. */
  avatar?: string;
  /** Absent: a person, or not known. */
  bot?: true;
}

export interface MessageBody extends MessageExtras {
  id: Snowflake;
  content: string;
  author: WireAuthor;
  /** ISO 8601. */
  timestamp: string;
  channelId: Snowflake;
  serverId: Snowflake;
}

/** Fields that Discord did not send with the update are absent: they have not changed. */
export interface MessageUpdateBody extends ChangedExtras {
  id: Snowflake;
  content?: string;
  author?: WireAuthor;
  timestamp?: string;
  editedTimestamp?: string | null;
  channelId: Snowflake;
  serverId: Snowflake;
}

/** In a change row a bulk deletion keeps its ids together; on the wire each id is an event of its own. */
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
  /** Its category, or of a thread its channel. */
  parentId?: Snowflake;
  /** Only of threads. */
  archived?: boolean;
}

export type ChannelUpdateBody = WireChannel & { deleted: boolean };

/** A message in a snapshot or in history, as it is now; `seq` is the event that last changed it. */
export type WireHistoryMessage = MessageBody & {
  editedTimestamp: string | null;
  seq: number;
  /** Absent: nobody has reacted. */
  reactions?: WireReactionCount[];
};

/**
 * Why a client gets a snapshot: it joined, its cursor cannot be resumed from (never a partial tail), or the read models
 * were built anew (`projection_switched`: nothing was missed, but what is known may be known differently now).
 * `history_forbidden`: the user may follow the channel live and not look back, so there are no messages in it.
 * `access_changed`: what the user may see is not what it was.
 */
export type SnapshotReason =
  | 'joined'
  | 'cursor_too_old'
  | 'cursor_unknown'
  | 'too_far_behind'
  | 'projection_switched'
  | 'history_forbidden'
  | 'access_changed';

export interface MessagesBulk {
  channelId: Snowflake;
  serverId: Snowflake;
  /** Oldest first. */
  messages: WireHistoryMessage[];
  /** The cursor of the snapshot: the tail starts after it. */
  seq: number;
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
  /** Of who logged in with Discord. */
  username?: string;
}

export const ROLES = ['admin', 'analyst', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

export interface WireError {
  code: string;
  message: string;
  retryable: boolean;
  /** The request that failed; absent where no request did. */
  event?: string;
}

/** The named request was not carried out because too many came; it may be sent again after the delay. */
export interface RateLimited {
  event: string;
  retryAfterMs: number;
}

export interface JoinChannelRequest {
  channelId: Snowflake;
  /** Cursor to resume from; without it the answer is a snapshot. */
  after?: number;
  /** How many messages the snapshot holds, 1 to 100; 50 unless told. */
  limit?: number;
}

export interface LeaveChannelRequest {
  channelId: Snowflake;
}

/** A page of what the channel's messages are now; one bound at most, each a message id. */
export interface GetHistoryRequest {
  channelId: Snowflake;
  before?: Snowflake;
  after?: Snowflake;
  around?: Snowflake;
  /** 1 to 100; 50 unless told. */
  limit?: number;
}

export interface RefreshTokenRequest {
  token: string;
}

/** `after`: cursor of the guild's rooms to resume from; without it the answer is a snapshot. */
export interface SubscribeRoomsRequest {
  guildId: Snowflake;
  after?: number;
}

export interface UnsubscribeRoomsRequest {
  guildId: Snowflake;
}

/** All rooms of a guild that the user may see: the start of what follows, as {@link MessagesBulk} is for a channel. */
export interface RoomsList {
  guildId: Snowflake;
  rooms: WireRoom[];
  seq: number;
  reason: SnapshotReason;
}

/** The channel is followed no longer: `code` says why, such as `CHANNEL.ACCESS_LOST`. */
export interface Unsubscribed {
  channelId: Snowflake;
  code: string;
}

/** Live delivery of these channels has stopped: the client reads too slowly and joins them again from its cursors. */
export interface Lagging {
  channels: { channelId: Snowflake; seq: number }[];
}

/** The server is going away: come back after the delay, to whichever replica. */
export interface ReconnectNotice {
  afterMs: number;
}

/**
 * Where the followed feed stands now, told from time to time: a client whose cursor is behind it has lost something and
 * joins again from its cursor. One of both ids.
 */
export interface PositionNotice {
  channelId?: Snowflake;
  guildId?: Snowflake;
  seq: number;
}

/** Somebody types now; may be lost, never repeated. */
export interface TypingNotice {
  channelId: Snowflake;
  serverId: Snowflake;
  userId: Snowflake;
  /** ISO 8601. */
  startedAt: string;
}

/** Somebody's status now; may be lost, never repeated. */
export interface PresenceNotice {
  serverId: Snowflake;
  userId: Snowflake;
  status: string;
}

export type Ack<T> = ({ ok: true } & T) | { ok: false; error: WireError };
export type JoinAck = Ack<{ channelId: Snowflake; seq: number; resumed: boolean }>;

export interface ServerToClientEvents {
  user_info: (info: UserInfo) => void;
  source: (status: SourceStatus) => void;
  channels_list: (channels: WireChannel[]) => void;
  messages_bulk: (bulk: MessagesBulk) => void;
  message: (event: MessageBody & Positioned) => void;
  message_update: (event: MessageUpdateBody & Positioned) => void;
  message_delete: (event: WireMessageDelete & Positioned) => void;
  channel_update: (event: ChannelUpdateBody & Positioned) => void;
  reaction_add: (event: ReactionBody & Positioned) => void;
  reaction_remove: (event: ReactionBody & Positioned) => void;
  reaction_clear: (event: ReactionClearBody & Positioned) => void;
  rooms_list: (rooms: RoomsList) => void;
  room_created: (event: RoomCreatedBody & Positioned) => void;
  room_deleted: (event: RoomDeletedBody & Positioned) => void;
  voice_joined: (event: VoiceJoinedBody & Positioned) => void;
  voice_left: (event: WireVoiceLeft & Positioned) => void;
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
    ack?: (answer: Ack<{ guildId: Snowflake; seq: number; resumed: boolean }>) => void,
  ) => void;
  unsubscribe_rooms: (
    request: UnsubscribeRoomsRequest,
    ack?: (answer: Ack<{ guildId: Snowflake }>) => void,
  ) => void;
}
