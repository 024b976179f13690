import type { FeedKey, PositionNotice, Snowflake } from '@discord-relay/contracts';

/** Who is told where feeds stand. */
export interface PositionAudience {
  /** How many follow a channel's feed. */
  followers(feed: FeedKey): number;
  /** Tells all of them. */
  tell(feed: FeedKey, notice: PositionNotice): void;
  /** Those who may stand elsewhere than others, and tell themselves. */
  each(): Iterable<{ tellPositions(quietLooks: number): void }>;
}

interface Position {
  seq: number;
  /** Looks since it was told; 0: nothing happened since. */
  quietFor: number;
  told: boolean;
}

/** After so many looks a feed is told of although nothing happened. */
const QUIET_LOOKS = 6;

/** Where followed feeds stand, told from time to time, so that a client that lost something unawares finds out. */
export class Positions {
  private readonly feeds = new Map<FeedKey, Position>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly audience: PositionAudience,
    private readonly everyMs: number,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.look(), this.everyMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** The newest `seq` of a channel's feed that was sent to those who follow it. */
  note(feed: FeedKey, seq: number): void {
    const known = this.feeds.get(feed);
    if (!known) this.feeds.set(feed, { seq, quietFor: 0, told: true });
    else if (seq > known.seq) Object.assign(known, { seq, told: false });
  }

  /** undefined: nobody follows the feed. */
  of(feed: FeedKey): number | undefined {
    return this.feeds.get(feed)?.seq;
  }

  private look(): void {
    for (const [feed, position] of this.feeds) this.lookAt(feed, position);
    for (const follower of this.audience.each()) follower.tellPositions(QUIET_LOOKS);
  }

  private lookAt(feed: FeedKey, position: Position): void {
    if (this.audience.followers(feed) === 0) return void this.feeds.delete(feed);
    position.quietFor += 1;
    if (position.told && position.quietFor < QUIET_LOOKS) return;
    Object.assign(position, { told: true, quietFor: 0 });
    this.audience.tell(feed, { channelId: feed.slice(2) as Snowflake, seq: position.seq });
  }
}
