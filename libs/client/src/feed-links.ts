import type { Snowflake } from '@discord-relay/contracts/wire';
import type { Connection } from './connection/connection.js';
import type { SseFallback } from './fallback/sse-fallback.js';
import type { ChannelFeed } from './feeds/channel-feed.js';
import type { FeedAck, FeedLink } from './feeds/feed.js';

/**
 * How feeds reach the service: requests over the socket or, for channels while the socket fails, server-sent events.
 */
export class FeedLinks {
  constructor(
    private readonly connection: Connection,
    private readonly fallback: SseFallback,
    /** Number of messages in a snapshot; undefined: the service's default. */
    private readonly snapshotLimit: number | undefined,
  ) {}

  ofChannel(channelId: Snowflake, feed: () => ChannelFeed): FeedLink {
    const { connection, fallback, snapshotLimit: limit } = this;
    const link = this.link(
      (after) =>
        connection.request((socket) =>
          socket.emitWithAck('join_channel', {
            channelId,
            ...(after !== undefined && { after }),
            ...(limit !== undefined && { limit }),
          }),
        ),
      () => connection.socket.emit('leave_channel', { channelId }),
    );
    return {
      ...link,
      connected: () => fallback.active || link.connected(),
      join: (after) => (fallback.active ? fallback.join(feed(), after) : link.join(after)),
      leave: () => (fallback.active ? fallback.leave(channelId) : link.leave()),
    };
  }

  ofRooms(guildId: Snowflake): FeedLink {
    const { connection } = this;
    return this.link(
      (after) =>
        connection.request((socket) =>
          socket.emitWithAck('subscribe_rooms', { guildId, ...(after !== undefined && { after }) }),
        ),
      () => connection.socket.emit('unsubscribe_rooms', { guildId }),
    );
  }

  private link(join: (after: number | undefined) => Promise<FeedAck>, leave: () => void): FeedLink {
    const { connection } = this;
    return {
      connected: () => connection.connected,
      join,
      leave,
      retryDelayMs: (attempt) => connection.retryDelayMs(attempt),
    };
  }
}
