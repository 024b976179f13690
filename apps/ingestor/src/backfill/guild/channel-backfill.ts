import {
  compareSnowflakes,
  snowflakeTimeMs,
  type ReactionCount,
  type RelayEvent,
  type Snowflake,
} from '@discord-relay/contracts';
import type { Fields } from '../../normalize/fields/read-fields.js';
import { serverClock } from '../../support/server-clock.js';
import { snowflakeAt, type ChannelProgress } from '../gaps/gap.js';
import { HistoryRequestError } from '../rest/history-request-error.js';
import {
  historyEvent,
  differsFromLog,
  reactionsDiffer,
  readHistoryMessage,
  updateOfHistory,
  type HistoryMessage,
  type HistoryOrigin,
} from '../compare/history-message.js';
import type { GuildWork, HistoryChannel } from './guild-work.js';
import { HistoryPages, type HistoryPage } from './history-pages.js';
import { countReactions } from './reaction-counts.js';

/** How often a message is read again because live traffic changed it during the request; after that live traffic wins. */
const MAX_READINGS = 5;

/** A message as the REST API showed it. */
interface Reading {
  /** Undefined: not read yet. */
  fields: Fields | undefined;
  /** The live tick before the request: a later change by live traffic makes the reading stale. */
  mark: number;
  /** By the monotonic clock: when it was read. */
  atMs: number;
  /**
   * What to do about a change that live traffic may still deliver: examine the message again with the others of its page, wait for it
   * now, or record the change, because live traffic has had its time.
   */
  ifLate: 'defer' | 'wait' | 'record';
}

/** Reconciles the log of one channel with its history, page by page. */
export class ChannelBackfill {
  private readonly pages: HistoryPages;
  private writes: Promise<void>[] = [];
  /** Messages with changes so new that live traffic may deliver them. */
  private readonly late = new Map<Snowflake, Reading>();
  /** The first failure on this page that has to be retried; the page is then read again. */
  private postponed: HistoryRequestError | undefined;

  constructor(
    private readonly work: GuildWork,
    private readonly channel: HistoryChannel,
    private readonly progress: ChannelProgress,
  ) {
    this.pages = new HistoryPages(work, channel, progress);
  }

  async run(): Promise<void> {
    const { writer, save, known } = this.work;
    while (this.progress.state === 'open') {
      await writer.untilCapacity();
      const mark = known.liveTicks;
      const page = await this.pages.next();
      await this.recover(page, mark);
      await this.recoverLate();
      await Promise.all(this.writes.splice(0));
      if (this.postponed) throw this.postponed;
      this.progress.cursor = page.cursor;
      this.progress.read += page.messages.length;
      this.work.onRead(page.messages.length);
      if (page.last) this.progress.state = 'done';
      await save();
    }
  }

  /** Waits for live traffic, and then records the changes that it did not deliver. */
  private async recoverLate(): Promise<void> {
    const late = [...this.late];
    this.late.clear();
    if (late.length === 0) return;
    await this.untilDelivered(Math.max(...late.map(([, { atMs }]) => atMs)));
    for (const [id, reading] of late) await this.examine(id, { ...reading, ifLate: 'record' });
  }

  private async recover({ messages, after, upTo }: HistoryPage, mark: number): Promise<void> {
    const present = new Set<Snowflake>();
    const page = { mark, atMs: performance.now(), ifLate: 'defer' } as const;
    for (const fields of messages) {
      present.add(fields.id);
      await this.examine(fields.id, { ...page, fields });
    }
    for (const id of this.work.known.idsOf(this.channel.id)) {
      if (present.has(id) || compareSnowflakes(id, after) <= 0) continue;
      if (upTo !== null && compareSnowflakes(id, upTo) > 0) continue;
      if (!this.work.known.changedLiveSince(this.channel.id, id, mark))
        await this.examine(id, { ...page, fields: undefined });
    }
  }

  /** Reconciles a message. One that cannot be read is left out, or retried with the whole page; it does not block the others. */
  private async examine(id: Snowflake, reading: Reading): Promise<void> {
    const { omissions } = this.work;
    const item = `${this.channel.id}/${id}`;
    if (omissions.has(item)) return;
    try {
      await this.reconcile(id, reading);
      omissions.succeeded(item);
    } catch (error) {
      // The error concerns the whole channel, not the message.
      if (error instanceof HistoryRequestError && error.kind === 'channel_gone') throw error;
      this.recordFailure(error, item);
    }
  }

  private recordFailure(error: unknown, item: string): void {
    try {
      this.work.omissions.recordFailure(error, item);
    } catch (failure) {
      if (!(failure instanceof HistoryRequestError) || failure.affectsAllRequests) throw failure;
      this.postponed ??= failure;
    }
  }

  /** Compares a message with the log. If live traffic changes it during the request, it is read again. */
  private async reconcile(id: Snowflake, first: Reading): Promise<void> {
    const { logger } = this.work;
    let reading = first;
    for (let readings = 1; readings <= MAX_READINGS; readings++) {
      if (reading.fields === undefined) reading = await this.read(id);
      if (reading.fields === undefined) return this.recordDeletion(id);
      if (await this.apply(id, reading.fields, reading)) return;
      reading = { ...reading, fields: undefined };
    }
    logger.info(
      { channelId: this.channel.id, messageId: id },
      'message changes too often to be compared; live traffic is kept',
    );
    this.work.omissions.add(`left_to_live_traffic:${this.channel.id}/${id}`);
  }

  /** Reads one message; `fields` is undefined when it does not exist. */
  private async read(id: Snowflake): Promise<Reading> {
    const mark = this.work.known.liveTicks;
    const fields = await this.work.api.message(this.channel.id, id);
    return { fields, mark, atMs: performance.now(), ifLate: 'wait' };
  }

  private recordDeletion(id: Snowflake): void {
    const message = this.work.known.find(this.channel.id, id);
    if (!message?.created || message.deleted) return;
    const channelId = this.channel.id;
    const data = { id, channelId, guildId: this.work.gap.guildId };
    const event = { type: 'message.deleted', id: `message.deleted:${id}`, channelId, data } as const;
    this.write(historyEvent(this.origin(), event));
  }

  /** False when live traffic has changed the message since the reading. */
  private async apply(id: Snowflake, fields: Fields, reading: Reading): Promise<boolean> {
    const { known, logger } = this.work;
    const channelId = this.channel.id;
    const isStale = () => known.changedLiveSince(channelId, id, reading.mark);
    if (isStale()) return false;
    const message = readHistoryMessage(fields, this.origin());
    if (!message) {
      logger.warn({ channelId, messageId: id }, 'cannot parse a message of history');
      this.work.omissions.add(`unreadable:${channelId}/${id}`);
      return true;
    }
    if (!this.isCovered(id)) return true;
    const change = this.changeOf(id, message);
    const changedAtMs =
      change && reading.ifLate !== 'record' ? this.changedAtMs(id, message, reading) : undefined;
    if (changedAtMs !== undefined) {
      if (reading.ifLate === 'defer') {
        this.late.set(id, { ...reading, atMs: changedAtMs });
        return true;
      }
      await this.untilDelivered(changedAtMs);
      if (isStale()) return false;
    }
    if (change) {
      this.write(change);
      this.work.omissions.countDroppedParts(`${channelId}/${id}`, message.droppedParts);
    }
    if (!reactionsDiffer(message, known.find(channelId, id))) return true;
    const counts = await countReactions(this.work.api, { channelId, id }, message);
    if (!counts || isStale()) return false;
    this.writeCounts(id, counts);
    return true;
  }

  /** Whether the gap covers the message: it is neither deleted nor, if it was never recorded, older or newer than the gap. */
  private isCovered(id: Snowflake): boolean {
    const { known, bounds } = this.work;
    const message = known.find(this.channel.id, id);
    if (message?.deleted) return false;
    if (message?.created) return true;
    return compareSnowflakes(id, bounds.missedAfter) > 0 && compareSnowflakes(id, bounds.liveAfter) <= 0;
  }

  /** The event that the log lacks; undefined when it has the message in this state. */
  private changeOf(id: Snowflake, message: HistoryMessage): RelayEvent | undefined {
    const known = this.work.known.find(this.channel.id, id);
    if (!known?.created) return message.created;
    return differsFromLog(message, known) ? updateOfHistory(message, known, this.origin()) : undefined;
  }

  /**
   * When the change happened, by the monotonic clock, if it is so new that live traffic may deliver it. Other changes than creations have
   * no certain time, and count from the reading. A creation is not recorded twice in any case.
   */
  private changedAtMs(id: Snowflake, { state }: HistoryMessage, { atMs }: Reading): number | undefined {
    const { known, bounds } = this.work;
    const isLive = (changedAt: Snowflake) => compareSnowflakes(changedAt, bounds.liveFrom) > 0;
    const message = known.find(this.channel.id, id);
    if (!message?.created)
      return isLive(id) ? atMs - Math.max(0, serverClock.now() - snowflakeTimeMs(id)) : undefined;
    const isEdited = state.editedAt && state.editedAt !== message.fingerprint.editedAt;
    return !isEdited || isLive(snowflakeAt(Date.parse(state.editedAt!))) ? atMs : undefined;
  }

  private untilDelivered(shownAtMs: number): Promise<void> {
    const { writer, liveDelay, gap } = this.work;
    return writer.unlessStopped(liveDelay.untilDelivered(gap.shardId, shownAtMs));
  }

  private writeCounts(id: Snowflake, counts: ReactionCount[]): void {
    const { gapId, guildId } = this.work.gap;
    const channelId = this.channel.id;
    const data = { messageId: id, channelId, guildId, counts };
    const eventId = `reaction.counted:${gapId}:${id}`;
    this.write(historyEvent(this.origin(), { type: 'reaction.counted', id: eventId, channelId, data }));
  }

  private write(event: ReturnType<typeof historyEvent>): void {
    this.work.known.apply(event);
    const written = this.work.writer.write(event);
    // Awaited at the end of the page; without this, a stop before that would cause an unhandled rejection.
    written.catch(() => undefined);
    this.writes.push(written);
  }

  private origin(): HistoryOrigin {
    const { guildId, gapId, shardId } = this.work.gap;
    return { guildId, gapId, shardId, receivedAt: serverClock.iso };
  }
}
