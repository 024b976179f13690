import type { FeedKey, Snowflake } from '@discord-relay/contracts';
import type { SocketServer } from './socket-server.js';

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
    private readonly server: SocketServer,
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
    for (const socket of this.server.sockets()) socket.data.session.tellPositions(QUIET_LOOKS);
  }

  private lookAt(feed: FeedKey, position: Position): void {
    if (this.server.followers(feed) === 0) return void this.feeds.delete(feed);
    position.quietFor += 1;
    if (position.told && position.quietFor < QUIET_LOOKS) return;
    Object.assign(position, { told: true, quietFor: 0 });
    this.server.tell(feed, 'position', { channelId: feed.slice(2) as Snowflake, seq: position.seq });
  }
}
