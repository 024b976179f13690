import type { FeedKey, PositionNotice, Snowflake } from '@discord-relay/contracts';

/** The subscribers that positions are sent to. */
export interface PositionAudience {
  subscriberCount(feed: FeedKey): number;
  /** Sends the notice to all of them. */
  send(feed: FeedKey, notice: PositionNotice): void;
  /** Sessions whose views have their own positions, which they send themselves. */
  sessions(): Iterable<{ sendPositions(maxSilentRounds: number): void }>;
}

interface Position {
  seq: number;
  /** Rounds since it was last sent. */
  silentRounds: number;
  sent: boolean;
}

/** A position that does not change is repeated after this many rounds. */
const MAX_SILENT_ROUNDS = 6;

/** Sends the positions of feeds periodically, so that a client can detect that it missed something. */
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

  /** Records the newest `seq` that was sent to the subscribers of a channel's feed. */
  record(feed: FeedKey, seq: number): void {
    const known = this.feeds.get(feed);
    if (!known) this.feeds.set(feed, { seq, silentRounds: 0, sent: true });
    else if (seq > known.seq) this.feeds.set(feed, { ...known, seq, sent: false });
  }

  /** Undefined when the feed has no subscribers. */
  get(feed: FeedKey): number | undefined {
    return this.feeds.get(feed)?.seq;
  }

  private broadcast(): void {
    for (const [feed, position] of this.feeds) this.broadcastFeed(feed, position);
    for (const subscriber of this.audience.sessions()) subscriber.sendPositions(MAX_SILENT_ROUNDS);
  }

  private broadcastFeed(feed: FeedKey, position: Position): void {
    if (this.audience.subscriberCount(feed) === 0) return void this.feeds.delete(feed);
    position.silentRounds += 1;
    if (position.sent && position.silentRounds < MAX_SILENT_ROUNDS) return;
    this.feeds.set(feed, { seq: position.seq, silentRounds: 0, sent: true });
    this.audience.send(feed, { channelId: feed.slice(2) as Snowflake, seq: position.seq });
  }
}
