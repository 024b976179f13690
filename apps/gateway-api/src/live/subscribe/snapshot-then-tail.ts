import { AppError, type Change, type FeedKey } from '@discord-relay/contracts';
import type { AccessWatcher } from '../chain/subscribed-guild.js';
import type { FeedHub, GuildSubscription } from '../chain/feed-hub.js';
import type { ChangeRouter, BufferedChange } from '../chain/change-router.js';

export interface SubscribeTarget {
  feed: FeedKey;
  guildId: string;
}

/** Content, and for each target in order the head of its feed and of its guild in the same state of the database. */
export interface SnapshotPage<T> {
  heads: { feedSeq: number; guildSeq: number }[];
  content: T;
}

/** A subscriber as {@link SnapshotThenTail} sees it. */
export interface Subscriber extends AccessWatcher {
  /** Resolves when earlier data has left the send buffer. @throws AppError when the subscriber is gone */
  writable(): Promise<void>;
}

/**
 * The steps of a subscription to some targets. `guilds` are the subscriptions to their guilds, in the same order. All steps but `read`
 * and `visibilityOf` run in one turn of the event loop, in this order.
 */
export interface SubscribeSteps<T, V> {
  /** Reads the content; access rights are loaded. */
  read(guilds: readonly GuildSubscription[]): Promise<SnapshotPage<T>>;
  /**
   * Determines the visibility of a change at the moment it is delivered to existing subscribers: rights granted later do not
   * cover it. Also called before `read`, for changes older than the content. Must not throw.
   */
  visibilityOf(change: Change, guild: GuildSubscription): V;
  /**
   * Checks the rights again after everything that was read has been delivered here. `kept`: all changes buffered since the start.
   * @throws AppError when the content may not be sent
   */
  check(
    page: SnapshotPage<T>,
    guilds: readonly GuildSubscription[],
    kept: readonly (readonly BufferedChange<V>[])[],
  ): void;
  /** Sends the content. */
  send(page: SnapshotPage<T>, guilds: readonly GuildSubscription[]): void;
  /** Sends a change of the target that is not in the content. */
  deliver(change: Change, target: number, visibility: V): void;
  /** Starts live delivery. The callee owns the subscriptions from here on. */
  activate(guilds: readonly GuildSubscription[], seqs: readonly number[]): void;
  /**
   * The subscriber left its topic in this turn of the event loop and has everything before it: buffered changes are delivered
   * before the content too, so that its chain has no hole.
   */
  continuesTail?: boolean;
}

/**
 * Sends a snapshot and then the tail, without a hole or a repetition. Changes are buffered from before the read. The read
 * waits until live delivery has passed the state it saw; then the buffer holds everything newer, and the access rights are
 * at least as new as the content. Sending both and starting live delivery happen in one turn of the event loop.
 */
export class SnapshotThenTail {
  constructor(
    private readonly hub: FeedHub,
    private readonly router: ChangeRouter,
  ) {}

  /** Resolves to the content. @throws AppError; then nothing was sent and all subscriptions are released */
  async run<T, V>(
    targets: readonly SubscribeTarget[],
    subscriber: Subscriber,
    steps: SubscribeSteps<T, V>,
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
      if (buffers.some(({ incomplete }) => incomplete))
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

function handOver<T, V>(
  steps: SubscribeSteps<T, V>,
  page: SnapshotPage<T>,
  guilds: readonly GuildSubscription[],
  kept: readonly (readonly BufferedChange<V>[])[],
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
