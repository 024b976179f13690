import { AppError, type Change, type FeedKey } from '@discord-relay/contracts';
import type { AccessWatcher } from '../chain/subscribed-guild.js';
import type { FeedHub, GuildSubscription } from '../chain/feed-hub.js';
import type { ChangeRouter, BufferedChange } from '../chain/change-router.js';

export interface SubscribeTarget {
  feed: FeedKey;
  guildId: string;
}

/** The content, and for each target the heads of its feed and of its guild in the same state of the database. */
export interface SnapshotPage<T> {
  heads: { feedSeq: number; guildSeq: number }[];
  content: T;
}

/** The part of a subscriber that {@link SnapshotThenTail} uses. */
export interface Subscriber extends AccessWatcher {
  /** Resolves when earlier data has left the send buffer. @throws AppError when the subscriber is gone */
  writable(): Promise<void>;
}

/**
 * The steps of a subscription to some targets. `guilds` are the subscriptions to their guilds, in the same order. `check`, `send`,
 * `deliver` and `activate` run in one turn of the event loop, in this order.
 */
export interface SubscribeSteps<T, V> {
  /** Reads the content. The access rights are already loaded. */
  read(guilds: readonly GuildSubscription[]): Promise<SnapshotPage<T>>;
  /**
   * Determines the visibility of a change when it is delivered to existing subscribers, because rights that are granted later do
   * not apply to it. Also called before `read`, for changes older than the content. Must not throw.
   */
  visibilityOf(change: Change, guild: GuildSubscription): V;
  /**
   * Checks the rights again, when live delivery has passed the state that was read. `kept`: all changes buffered since the start.
   * @throws AppError when the content may not be sent
   */
  check(
    page: SnapshotPage<T>,
    guilds: readonly GuildSubscription[],
    kept: readonly (readonly BufferedChange<V>[])[],
  ): void;
  /** Sends the content. */
  send(page: SnapshotPage<T>, guilds: readonly GuildSubscription[]): void;
  /** Sends a buffered change of the target. */
  deliver(change: Change, target: number, visibility: V): void;
  /** Starts live delivery. From here on the subscriber owns the subscriptions. */
  activate(guilds: readonly GuildSubscription[], seqs: readonly number[]): void;
  /**
   * The subscriber left its topic in the same turn of the event loop and has everything up to then: buffered changes older than
   * the content are delivered first, so that its chain has no hole.
   */
  continuesTail?: boolean;
}

/**
 * Sends a snapshot and then the tail, without a hole or a repetition. Changes are buffered from before the read. After the
 * read it waits until live delivery has passed the state that was read: then the buffer holds everything newer, and the
 * access rights are at least as new as the content. It sends both and starts live delivery in one turn of the event loop.
 */
export class SnapshotThenTail {
  constructor(
    private readonly hub: FeedHub,
    private readonly router: ChangeRouter,
  ) {}

  /** Resolves to the content. @throws AppError; nothing has been sent then, and all subscriptions are released */
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
