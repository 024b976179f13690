import { AppError, type Change, type FeedKey } from '@discord-relay/contracts';
import type { AccessWatcher } from './followed-guild.js';
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
export interface Follower extends AccessWatcher {
  /** Resolves when what was sent before is on its way. @throws AppError when the follower is gone */
  writable(): Promise<void>;
}

/**
 * How the follower of some targets gets in. Leases are those of the targets, in their order. All but `read` happens in
 * one turn of the event loop, in this order.
 */
export interface Entering<T> {
  /** Reads the content; who may see what is known. */
  read(leases: readonly GuildLease[]): Promise<FollowPage<T>>;
  /** Asks again, now that all that was read has been delivered here. @throws AppError when it may not be sent */
  check(leases: readonly GuildLease[]): void;
  /** Sends the content. */
  send(page: FollowPage<T>, leases: readonly GuildLease[]): void;
  /** Sends a change of the target that is not in the content. */
  deliver(change: Change, target: number): void;
  /** From now on the follower hears of the targets like everyone else. The leases are the callee's from here. */
  enter(leases: readonly GuildLease[], seqs: readonly number[]): void;
  /**
   * The follower left in this same turn of the event loop and has all that came before: what came after is
   * delivered before the content too, so that no event is missing from its chain.
   */
  continuing?: boolean;
}

/**
 * Snapshot, then tail, with nothing between and nothing twice. Changes are kept from before the read; the read waits
 * for the live side to pass the state it saw, so that what is kept after it is all that is new, and what is known of
 * who may see what is at least as new as what was read; sending both and entering happen in one turn of the event loop.
 */
export class Following {
  constructor(
    private readonly hub: FeedHub,
    private readonly rooms: FeedRooms,
  ) {}

  /** Resolves to the content. @throws AppError; then nothing was sent and no lease is held */
  async follow<T>(targets: readonly FollowTarget[], follower: Follower, entering: Entering<T>): Promise<T> {
    const leases = targets.map(({ guildId }) => this.hub.acquire(guildId, follower));
    const buffers = targets.map(({ feed, guildId }) => this.rooms.openBuffer(feed, guildId));
    try {
      await Promise.all(leases.map((lease) => lease.ready()));
      const page = await entering.read(leases);
      await Promise.all(leases.map((lease, i) => lease.reach(page.heads[i]!.guildSeq)));
      await follower.writable();
      if (buffers.some(({ broken }) => broken)) throw new AppError('SERVICE.UNAVAILABLE', 'try again');
      entering.check(leases);
      const kept = buffers.map(({ changes }, i) => split(changes, page.heads[i]!.feedSeq));
      if (entering.continuing)
        deliverAll(
          kept.map(({ before }) => before),
          entering,
        );
      entering.send(page, leases);
      deliverAll(
        kept.map(({ after }) => after),
        entering,
      );
      entering.enter(
        leases,
        kept.map(({ after }, i) => after.at(-1)?.seq ?? page.heads[i]!.feedSeq),
      );
      return page.content;
    } catch (error) {
      for (const lease of leases) lease.release();
      throw error;
    } finally {
      for (const buffer of buffers) buffer.close();
    }
  }
}

function deliverAll(
  changes: readonly (readonly Change[])[],
  entering: Pick<Entering<unknown>, 'deliver'>,
): void {
  changes.forEach((ofTarget, i) => ofTarget.forEach((change) => entering.deliver(change, i)));
}

const split = (changes: readonly Change[], head: number) => ({
  before: changes.filter(({ seq }) => seq <= head),
  after: changes.filter(({ seq }) => seq > head),
});
