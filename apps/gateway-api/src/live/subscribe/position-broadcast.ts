import type { FeedKey, PositionNotice, Snowflake } from '@discord-relay/contracts';

/** Who is told where feeds stand. */
export interface PositionAudience {
  /** How many follow a channel's feed. */
  subscriberCount(feed: FeedKey): number;
  /** Tells all of them. */
  send(feed: FeedKey, notice: PositionNotice): void;
  /** Those who may stand elsewhere than others, and tell themselves. */
  sessions(): Iterable<{ tellPositions(quietLooks: number): void }>;
}

interface Position {
  seq: number;
  /** Looks since it was told; 0: nothing happened since. */
  silentRounds: number;
  sent: boolean;
}

/** After so many looks a feed is told of although nothing happened. */
const MAX_SILENT_ROUNDS = 6;

/** Where followed feeds stand, told from time to time, so that a client that lost something unawares finds out. */
export class PositionBroadcast {
  private readonly feeds = new Map<FeedKey, Position>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly audience: PositionAudience,
    private readonly everyMs: number,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.broadcast(), this.everyMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** The newest `seq` of a channel's feed that was sent to those who follow it. */
  record(feed: FeedKey, seq: number): void {
    const known = this.feeds.get(feed);
    if (!known) this.feeds.set(feed, { seq, silentRounds: 0, sent: true });
    else if (seq > known.seq) Object.assign(known, { seq, told: false });
  }

  /** undefined: nobody follows the feed. */
  get(feed: FeedKey): number | undefined {
    return this.feeds.get(feed)?.seq;
  }

  private broadcast(): void {
    for (const [feed, position] of this.feeds) this.broadcastFeed(feed, position);
    for (const subscriber of this.audience.sessions()) subscriber.tellPositions(MAX_SILENT_ROUNDS);
  }

  private broadcastFeed(feed: FeedKey, position: Position): void {
    if (this.audience.subscriberCount(feed) === 0) return void this.feeds.delete(feed);
    position.silentRounds += 1;
    if (position.sent && position.silentRounds < MAX_SILENT_ROUNDS) return;
    Object.assign(position, { told: true, quietFor: 0 });
    this.audience.send(feed, { channelId: feed.slice(2) as Snowflake, seq: position.seq });
  }
}
