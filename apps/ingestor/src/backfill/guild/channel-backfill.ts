import { setTimeout as sleep } from 'node:timers/promises';
import {
  compareSnowflakes,
  snowflakeTimeMs,
  type ReactionCount,
  type Snowflake,
} from '@discord-relay/contracts';
import type { Fields } from '../../normalize/fields/read-fields.js';
import { serverClock } from '../../support/server-clock.js';
import type { ChannelProgress } from '../gaps/gap.js';
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
/** How long live traffic may take to deliver a message that was posted when the session started. */
const LIVE_GRACE_MS = 2_000;

/** Reconciles the log of one channel with its history, page by page. */
export class ChannelBackfill {
  private readonly pages: HistoryPages;
  private writes: Promise<void>[] = [];
  /** Messages so new that live traffic may deliver them. */
  private readonly late = new Map<Snowflake, Fields>();
  private isSettled = false;
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
      await writer.whenRoom();
      const mark = known.liveTicks;
      const page = await this.pages.next();
      await this.recover(page, mark);
      await this.recoverLate(mark);
      await Promise.all(this.writes.splice(0));
      if (this.postponed) throw this.postponed;
      this.progress.cursor = page.cursor;
      this.progress.read += page.messages.length;
      this.work.onRead(page.messages.length);
      if (page.last) this.progress.state = 'done';
      await save();
    }
  }

  /** Gives live traffic a moment to deliver new messages, then writes those that it did not deliver. */
  private async recoverLate(mark: number): Promise<void> {
    const late = [...this.late];
    if (late.length === 0) return;
    this.late.clear();
    const newestMs = Math.max(...late.map(([id]) => snowflakeTimeMs(id)));
    const waitMs = Math.min(LIVE_GRACE_MS, newestMs + LIVE_GRACE_MS - serverClock.now());
    if (waitMs > 0) await this.work.writer.unlessStopped(sleep(waitMs, undefined, { ref: false }));
    this.isSettled = true;
    for (const [id, fields] of late) await this.examine(id, fields, mark);
    this.isSettled = false;
  }

  private async recover({ messages, after, upTo }: HistoryPage, mark: number): Promise<void> {
    const present = new Set<Snowflake>();
    for (const fields of messages) {
      present.add(fields.id);
      await this.examine(fields.id, fields, mark);
    }
    for (const id of this.work.known.idsOf(this.channel.id)) {
      if (present.has(id) || compareSnowflakes(id, after) <= 0) continue;
      if (upTo !== null && compareSnowflakes(id, upTo) > 0) continue;
      if (!this.work.known.changedLiveSince(this.channel.id, id, mark))
        await this.examine(id, undefined, mark);
    }
  }

  /** Reconciles a message. One that cannot be read is left out, or retried with the whole page; it does not block the others. */
  private async examine(id: Snowflake, fields: Fields | undefined, mark: number): Promise<void> {
    const { omissions } = this.work;
    const item = `${this.channel.id}/${id}`;
    if (omissions.has(item)) return;
    try {
      await this.reconcile(id, fields, mark);
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
  private async reconcile(id: Snowflake, fields: Fields | undefined, mark: number): Promise<void> {
    const { api, known, logger } = this.work;
    let reading = { fields, mark };
    for (let readings = 1; readings <= MAX_READINGS; readings++) {
      if (reading.fields === undefined) {
        const now = known.liveTicks;
        reading = { mark: now, fields: await api.message(this.channel.id, id) };
        if (reading.fields === undefined) return this.recordDeletion(id);
      }
      if (await this.apply(id, reading.fields!, reading.mark)) return;
      reading = { fields: undefined, mark };
    }
    logger.info(
      { channelId: this.channel.id, messageId: id },
      'message changes too often to be compared; live traffic is kept',
    );
    this.work.omissions.add(`left_to_live_traffic:${this.channel.id}/${id}`);
  }

  private recordDeletion(id: Snowflake): void {
    const message = this.work.known.find(this.channel.id, id);
    if (!message?.created || message.deleted) return;
    const channelId = this.channel.id;
    const data = { id, channelId, guildId: this.work.gap.guildId };
    const event = { type: 'message.deleted', id: `message.deleted:${id}`, channelId, data } as const;
    this.write(historyEvent(this.origin(), event));
  }

  /** False when live traffic has changed the message since `mark`. */
  private async apply(id: Snowflake, fields: Fields, mark: number): Promise<boolean> {
    const { known, logger } = this.work;
    const channelId = this.channel.id;
    if (known.changedLiveSince(channelId, id, mark)) return false;
    const message = readHistoryMessage(fields, this.origin());
    if (!message) {
      logger.warn({ channelId, messageId: id }, 'cannot parse a message of history');
      this.work.omissions.add(`unreadable:${channelId}/${id}`);
      return true;
    }
    if (!this.recordDifference(id, message)) return true;
    if (!reactionsDiffer(message, known.find(channelId, id))) return true;
    const counts = await countReactions(this.work.api, { channelId, id }, message);
    if (!counts) return false;
    if (known.changedLiveSince(channelId, id, mark)) return false;
    this.writeCounts(id, counts);
    return true;
  }

  /** Writes a difference. False when the gap does not cover the message: deleted, older and never recorded, or arriving live. */
  private recordDifference(id: Snowflake, message: HistoryMessage): boolean {
    const known = this.work.known.find(this.channel.id, id);
    if (known?.deleted) return false;
    if (!known?.created) {
      if (compareSnowflakes(id, this.work.bounds.missedAfter) <= 0) return false;
      if (compareSnowflakes(id, this.work.bounds.liveAfter) > 0) return false;
      if (!this.isSettled && compareSnowflakes(id, this.work.bounds.liveFrom) > 0) {
        this.late.set(id, message.fields);
        return false;
      }
      this.write(message.created);
      return true;
    }
    const update = differsFromLog(message, known) && updateOfHistory(message, known, this.origin());
    if (update) this.write(update);
    return true;
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
