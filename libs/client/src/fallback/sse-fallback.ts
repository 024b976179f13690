import type { Snowflake, SourceStatus } from '@discord-relay/contracts/wire';
import type { ChannelFeed } from '../feeds/channel-feed.js';
import { ChannelStream } from './channel-stream.js';
import type { FeedAck } from '../feeds/feed.js';
import type { RelayRest } from '../rest.js';

/** Number of failed connection attempts, while the service answers over HTTP, after which WebSocket counts as blocked. */
const BLOCKED_ATTEMPTS = 2;
const POLL_EVERY_MS = 5_000;

export interface FallbackListener {
  /** Called when the client starts or stops using server-sent events. */
  onChange: (active: boolean) => void;
  onSource: (status: SourceStatus) => void;
}

/**
 * Follows channels over server-sent events while WebSocket connections fail, for example behind a proxy that does not upgrade
 * connections. Both use the same cursors, so a feed can continue with either.
 */
export class SseFallback {
  private isActive = false;
  private blockedAttempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly streams = new Map<Snowflake, ChannelStream>();

  constructor(
    private readonly rest: RelayRest,
    private readonly listener: FallbackListener,
  ) {}

  get active(): boolean {
    return this.isActive;
  }

  /** A WebSocket connection failed. */
  async socketFailed(): Promise<void> {
    if (this.isActive) return;
    const status = await this.rest.source().catch(() => undefined);
    this.blockedAttempts = status ? this.blockedAttempts + 1 : 0;
    if (!status || this.isActive || this.blockedAttempts < BLOCKED_ATTEMPTS) return;
    this.isActive = true;
    this.listener.onChange(true);
    this.learn(status);
  }

  /** A WebSocket is open, or the client is closed. */
  stop(): void {
    this.blockedAttempts = 0;
    clearTimeout(this.timer);
    for (const channelId of [...this.streams.keys()]) this.leave(channelId);
    this.isActive = false;
  }

  /** As `join_channel` over a socket. */
  join(feed: ChannelFeed, after: number | undefined): Promise<FeedAck> {
    this.leave(feed.channelId);
    const stream = new ChannelStream(this.rest, feed);
    this.streams.set(feed.channelId, stream);
    return stream.open(after);
  }

  leave(channelId: Snowflake): void {
    this.streams.get(channelId)?.close();
    this.streams.delete(channelId);
  }

  private learn(status: SourceStatus): void {
    this.listener.onSource(status);
    this.timer = setTimeout(() => void this.poll(), POLL_EVERY_MS);
  }

  private async poll(): Promise<void> {
    const status = await this.rest.source().catch(() => undefined);
    if (!this.isActive) return;
    if (status) return this.learn(status);
    this.stop();
    this.listener.onChange(false);
  }
}
