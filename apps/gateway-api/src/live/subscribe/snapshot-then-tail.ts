import { AppError, type Change, type FeedKey } from '@discord-relay/contracts';
import type { AccessWatcher } from '../chain/subscribed-guild.js';
import type { FeedHub, GuildSubscription } from '../chain/feed-hub.js';
import type { ChangeRouter, BufferedChange } from '../chain/change-router.js';

export interface SubscribeTarget {
  feed: FeedKey;
  guildId: string;
}

/** What was read, and of each target in order the head of its feed and of its guild in the same state. */
export interface SnapshotPage<T> {
  heads: { feedSeq: number; guildSeq: number }[];
  content: T;
}

/** The subscriber's end of the wire. */
export interface Subscriber extends AccessWatcher {
  /** Resolves when what was sent before is on its way. @throws AppError when the subscriber is gone */
  writable(): Promise<void>;
}

/**
 * How the subscriber of some targets gets in. Leases are those of the targets, in their order. All but `read` and `witness`
 * happens in one turn of the event loop, in this order.
 */
export interface SubscribeSteps<T, M> {
  /** Reads the content; who may see what is known. */
  read(guilds: readonly GuildSubscription[]): Promise<SnapshotPage<T>>;
  /**
   * Judges a change at the moment when it is delivered to everyone else, by the rights of that moment: what is given back
   * later does not cover it. Also called before `read`, of changes that are older than what will be read. May not throw.
   */
  visibilityOf(change: Change, guild: GuildSubscription): M;
  /**
   * Asks again, now that all that was read has been delivered here. `kept`: all changes since the subscriber began to wait.
   * @throws AppError when it may not be sent
   */
  check(
    page: SnapshotPage<T>,
    guilds: readonly GuildSubscription[],
    kept: readonly (readonly BufferedChange<M>[])[],
  ): void;
  /** Sends the content. */
  send(page: SnapshotPage<T>, guilds: readonly GuildSubscription[]): void;
  /** Sends a change of the target that is not in the content. */
  deliver(change: Change, target: number, visibility: M): void;
  /** From now on the subscriber hears of the targets like everyone else. The subscriptions are the callee's from here. */
  activate(guilds: readonly GuildSubscription[], seqs: readonly number[]): void;
  /**
   * The subscriber left in this same turn of the event loop and has all that came before: what came after is
   * delivered before the content too, so that no event is missing from its chain.
   */
  continuesTail?: boolean;
}

/**
 * Snapshot, then tail, with nothing between and nothing twice. Changes are kept from before the read; the read waits
 * for the live side to pass the state it saw, so that what is kept after it is all that is new, and what is known of
 * who may see what is at least as new as what was read; sending both and entering happen in one turn of the event loop.
 */
export class SnapshotThenTail {
  constructor(
    private readonly hub: FeedHub,
    private readonly router: ChangeRouter,
  ) {}

  /** Resolves to the content. @throws AppError; then nothing was sent and no subscription is held */
  async run<T, M>(
    targets: readonly SubscribeTarget[],
    subscriber: Subscriber,
    steps: SubscribeSteps<T, M>,
  ): Promise<T> {
    const guilds = targets.map(({ guildId }) => this.hub.subscribe(guildId, subscriber));
    const buffers = targets.map(({ feed, guildId }, i) =>
      this.router.openBuffer(feed, guildId, (change) => steps.visibilityOf(change, guilds[i]!)),
    );
    try {
      await Promise.all(guilds.map((guild) => guild.ready()));
      const page = await steps.read(guilds);
      await Promise.all(guilds.map((guild, i) => guild.waitForSeq(page.heads[i]!.guildSeq)));
      await subscriber.writable();
      if (buffers.some(({ incomplete: broken }) => broken))
        throw new AppError('SERVICE.UNAVAILABLE', 'try again');
      const kept = buffers.map(({ changes }) => changes);
      steps.check(page, guilds, kept);
      handOver(steps, page, guilds, kept);
      return page.content;
    } catch (error) {
      for (const guild of guilds) guild.release();
      throw error;
    } finally {
      for (const buffer of buffers) buffer.close();
    }
  }
}

function handOver<T, M>(
  steps: SubscribeSteps<T, M>,
  page: SnapshotPage<T>,
  guilds: readonly GuildSubscription[],
  kept: readonly (readonly BufferedChange<M>[])[],
): void {
  const heads = page.heads.map(({ feedSeq }) => feedSeq);
  const deliver = (which: (seq: number, head: number) => boolean) =>
    kept.forEach((ofTarget, i) =>
      ofTarget
        .filter(({ change }) => which(change.seq, heads[i]!))
        .forEach(({ change, visibility }) => steps.deliver(change, i, visibility)),
    );
  if (steps.continuesTail) deliver((seq, head) => seq <= head);
  steps.send(page, guilds);
  deliver((seq, head) => seq > head);
  steps.activate(
    guilds,
    kept.map((ofTarget, i) => Math.max(heads[i]!, ofTarget.at(-1)?.change.seq ?? 0)),
  );
}
