import type { IsoTime, Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';

/** The named request was rejected because of the rate limit; it may be sent again after the delay. */
export interface RateLimited {
  event: string;
  retryAfterMs: number;
}

/** The subscription to the channel has ended: `code` says why, such as `CHANNEL.ACCESS_LOST`. */
export interface Unsubscribed {
  channelId: Snowflake;
  code: string;
}

/** Live delivery of these channels has stopped because the client reads too slowly. It joins them again from its cursors. */
export interface Lagging {
  channels: { channelId: Snowflake; seq: Seq }[];
}

/** The server is stopping: reconnect after the delay, to any replica. */
export interface ReconnectNotice {
  afterMs: number;
}

/**
 * The current cursor of a subscribed feed, sent from time to time. A client whose cursor is older has lost an event and
 * joins again from its cursor. One of the two ids is present.
 */
export interface PositionNotice {
  channelId?: Snowflake;
  guildId?: Snowflake;
  seq: Seq;
}

/** Somebody is typing. May be lost; not repeated. */
export interface TypingNotice {
  channelId: Snowflake;
  serverId: Snowflake;
  userId: Snowflake;
  startedAt: IsoTime;
}

/** A user's current status. May be lost; not repeated. */
export interface PresenceNotice {
  serverId: Snowflake;
  userId: Snowflake;
  status: string;
}
