import { AppError, type Change, type FeedKey } from '@discord-relay/contracts';
import type { AccessWatcher } from '../chain/followed-guild.js';
import type { FeedHub, GuildLease } from '../chain/feed-hub.js';
import type { FeedRooms, Witnessed } from '../chain/feed-rooms.js';

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
 * How the follower of some targets gets in. Leases are those of the targets, in their order. All but `read` and `witness`
 * happens in one turn of the event loop, in this order.
 */
export interface Entering<T, M> {
  /** Reads the content; who may see what is known. */
  read(leases: readonly GuildLease[]): Promise<FollowPage<T>>;
  /**
   * Judges a change at the moment when it is delivered to everyone else, by the rights of that moment: what is given back
   * later does not cover it. Also called before `read`, of changes that are older than what will be read. May not throw.
   */
  witness(change: Change, lease: GuildLease): M;
  /**
   * Asks again, now that all that was read has been delivered here. `kept`: all changes since the follower began to wait.
   * @throws AppError when it may not be sent
   */
  check(page: FollowPage<T>, leases: readonly GuildLease[], kept: readonly (readonly Witnessed<M>[])[]): void;
  /** Sends the content. */
  send(page: FollowPage<T>, leases: readonly GuildLease[]): void;
  /** Sends a change of the target that is not in the content. */
  deliver(change: Change, target: number, mark: M): void;
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
  async follow<T, M>(
    targets: readonly FollowTarget[],
    follower: Follower,
    entering: Entering<T, M>,
  ): Promise<T> {
    const leases = targets.map(({ guildId }) => this.hub.acquire(guildId, follower));
    const buffers = targets.map(({ feed, guildId }, i) =>
      this.rooms.openBuffer(feed, guildId, (change) => entering.witness(change, leases[i]!)),
    );
    try {
      await Promise.all(leases.map((lease) => lease.ready()));
      const page = await entering.read(leases);
      await Promise.all(leases.map((lease, i) => lease.reach(page.heads[i]!.guildSeq)));
      await follower.writable();
      if (buffers.some(({ broken }) => broken)) throw new AppError('SERVICE.UNAVAILABLE', 'try again');
      const kept = buffers.map(({ changes }) => changes);
      entering.check(page, leases, kept);
      handOver(entering, page, leases, kept);
      return page.content;
    } catch (error) {
      for (const lease of leases) lease.release();
      throw error;
    } finally {
      for (const buffer of buffers) buffer.close();
    }
  }
}

function handOver<T, M>(
  entering: Entering<T, M>,
  page: FollowPage<T>,
  leases: readonly GuildLease[],
  kept: readonly (readonly Witnessed<M>[])[],
): void {
  const heads = page.heads.map(({ feedSeq }) => feedSeq);
  const deliver = (which: (seq: number, head: number) => boolean) =>
    kept.forEach((ofTarget, i) =>
      ofTarget
        .filter(({ change }) => which(change.seq, heads[i]!))
        .forEach(({ change, mark }) => entering.deliver(change, i, mark)),
    );
  if (entering.continuing) deliver((seq, head) => seq <= head);
  entering.send(page, leases);
  deliver((seq, head) => seq > head);
  entering.enter(
    leases,
    kept.map((ofTarget, i) => Math.max(heads[i]!, ofTarget.at(-1)?.change.seq ?? 0)),
  );
}
