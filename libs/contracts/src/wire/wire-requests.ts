import type { Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';

export interface WireError {
  code: string;
  message: string;
  retryable: boolean;
  /** The request that failed; absent if no request was the cause. */
  event?: string;
}

export type Ack<T> = ({ ok: true } & T) | { ok: false; error: WireError };
export type JoinAck = Ack<{ channelId: Snowflake; seq: Seq; resumed: boolean }>;

export interface JoinChannelRequest {
  channelId: Snowflake;
  /** Cursor to resume from; without it the response is a snapshot. */
  after?: number;
  /** Number of messages in the snapshot, 1 to 100; default: 50. */
  limit?: number;
}

export interface LeaveChannelRequest {
  channelId: Snowflake;
}

/** A page of the channel's messages in their current state; at most one bound, which is a message id. */
export interface GetHistoryRequest {
  channelId: Snowflake;
  before?: Snowflake;
  after?: Snowflake;
  around?: Snowflake;
  /** 1 to 100; default: 50. */
  limit?: number;
}

export interface RefreshTokenRequest {
  token: string;
}

/** `after`: cursor of the guild's rooms to resume from; without it the response is a snapshot. */
export interface SubscribeRoomsRequest {
  guildId: Snowflake;
  after?: number;
}

export interface UnsubscribeRoomsRequest {
  guildId: Snowflake;
}
