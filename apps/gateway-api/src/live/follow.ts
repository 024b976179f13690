import { AppError, type Change, type FeedKey, toWireEvents, type WireEvent } from '@discord-relay/contracts';
import type { FeedHub, GuildLease } from './feed-hub.js';
import type { FeedRooms } from './feed-rooms.js';

export interface FollowTarget {
  feed: FeedKey;
  guildId: string;
}

/** What was read, and of each target in order the head of its feed and of its guild in the same state. */
export interface FollowPage<T> {
  heads: { feedSeq: number; guildSeq: number }[];
  content: T;
}

/** The follower's end of the wire. */
export interface Follower {
  /** Resolves when what was sent before is on its way. @throws AppError when the follower is gone */
  writable(): Promise<void>;
  send(event: WireEvent): void;
  enter(feeds: FeedKey[]): void;
}

export interface FollowOptions {
  /**
   * The follower left the rooms in this same turn of the event loop and has all that came before: what came after is
   * sent before the content too, so that no event is missing from its chain.
   */
  continuing?: boolean;
}

export interface FollowResult<T> {
  content: T;
  /** Newest `seq` that was sent of each target, in order. */
  seqs: number[];
  leases: GuildLease[];
}

/**
 * Snapshot, then tail, with nothing between and nothing twice. Changes are kept from before the read; the read waits
 * for the live side to pass the state it saw, so that what is kept after it is all that is new; sending both and
 * entering the rooms happen in one turn of the event loop.
 */
export class Following {
  constructor(
    private readonly hub: FeedHub,
    private readonly rooms: FeedRooms,
  ) {}

  /** @throws AppError; then nothing was sent and no lease is held */
  async follow<T>(
    targets: readonly FollowTarget[],
    follower: Follower,
    read: () => Promise<FollowPage<T>>,
    send: (content: T) => void,
    { continuing = false }: FollowOptions = {},
  ): Promise<FollowResult<T>> {
    const leases = targets.map(({ guildId }) => this.hub.acquire(guildId));
    const buffers = targets.map(({ feed, guildId }) => this.rooms.openBuffer(feed, guildId));
    try {
      await Promise.all(leases.map((lease) => lease.ready()));
      const { heads, content } = await read();
      await Promise.all(leases.map((lease, i) => lease.reach(heads[i]!.guildSeq)));
      await follower.writable();
      if (buffers.some(({ broken }) => broken)) throw new AppError('SERVICE.UNAVAILABLE', 'try again');
      if (continuing) buffers.forEach(({ changes }, i) => sendUpTo(changes, heads[i]!.feedSeq, follower));
      send(content);
      const seqs = buffers.map(({ changes }, i) => sendNew(changes, heads[i]!.feedSeq, follower));
      follower.enter(targets.map(({ feed }) => feed));
      return { content, seqs, leases };
    } catch (error) {
      for (const lease of leases) lease.release();
      throw error;
    } finally {
      for (const buffer of buffers) buffer.close();
    }
  }
}

/** Sends what is already in the content, for a follower to whom nothing may be news that never came as an event. */
function sendUpTo(changes: readonly Change[], head: number, follower: Follower): void {
  const known = changes.filter(({ seq }) => seq <= head);
  for (const event of known.flatMap(toWireEvents)) follower.send(event);
}

/** Sends what is after `head`; returns where that leaves the follower. */
function sendNew(changes: readonly Change[], head: number, follower: Follower): number {
  const fresh = changes.filter(({ seq }) => seq > head);
  for (const event of fresh.flatMap(toWireEvents)) follower.send(event);
  return fresh.at(-1)?.seq ?? head;
}
