import { setTimeout as sleep } from 'node:timers/promises';
import {
  compareSnowflakes,
  snowflakeTimeMs,
  type ReactionCount,
  type Snowflake,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { Fields } from '../../normalize/fields/read-fields.js';
import { serverClock } from '../../support/server-clock.js';
import {
  startOf,
  type BackfillLimits,
  type ChannelProgress,
  type GapBounds,
  type GuildGap,
} from '../gaps/gap.js';
import { HistoryFailure } from '../rest/discord-word.js';
import { PAGE_SIZE, type HistoryApi, type Identified } from '../rest/history-api.js';
import {
  historyEvent,
  looksDifferent,
  reactionsDiffer,
  readHistoryMessage,
  updateOfHistory,
  type HistoryMessage,
  type HistoryOrigin,
  type ReactionSummary,
} from '../compare/history-message.js';
import type { HistoryWriter } from '../compare/history-writer.js';
import type { KnownMessages } from '../compare/known-messages.js';
import type { Omissions } from '../gaps/omissions.js';

/** How often a message is read again because live traffic changed it meanwhile; then live traffic has the word. */
const MAX_READINGS = 5;
/** How long live traffic has for a message that was said when the session began. */
const LIVE_GRACE_MS = 2_000;

/** What the channels of a guild share while its gap is worked on. */
export interface GuildWork {
  gap: GuildGap;
  bounds: GapBounds;
  limits: BackfillLimits;
  known: KnownMessages;
  api: HistoryApi;
  writer: HistoryWriter;
  logger: Logger;
  omissions: Omissions;
  /** What has to be tried again, beside which everything else goes on. */
  failures: HistoryFailure[];
  /** Tells of messages that were read and are in the log. */
  onRead(messages: number): void;
  /** Stores the gap as it is now. */
  save(): Promise<void>;
}

export interface HistoryChannel {
  id: Snowflake;
  /** May name a message that is gone. */
  lastMessageId: Snowflake | null;
}

/** Messages of a page, oldest first, and the range in which there are no others. */
interface Page {
  messages: Identified[];
  after: Snowflake;
  upTo: Snowflake | null;
  cursor: Snowflake | null;
  last: boolean;
}

/** Brings the log of one channel to what its history says, page by page. */
export class ChannelBackfill {
  private writes: Promise<void>[] = [];
  /** Messages so new that live traffic may bring them. */
  private readonly late = new Map<Snowflake, Fields>();
  private isSettled = false;
  /** The first failure of a message of this page that has to be tried again: the page is read again then. */
  private postponed: HistoryFailure | undefined;

  constructor(
    private readonly work: GuildWork,
    private readonly channel: HistoryChannel,
    private readonly progress: ChannelProgress,
  ) {}

  async run(): Promise<void> {
    const { writer, save, known } = this.work;
    while (this.progress.state === 'open') {
      await writer.whenRoom();
      const mark = known.clock;
      const page = await this.nextPage();
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

  /** What might come live is left to live traffic for a moment, and brought in if it did not come. */
  private async recoverLate(mark: number): Promise<void> {
    const late = [...this.late];
    if (late.length === 0) return;
    this.late.clear();
    const newestMs = Math.max(...late.map(([id]) => snowflakeTimeMs(id)));
    const waitMs = Math.min(LIVE_GRACE_MS, newestMs + LIVE_GRACE_MS - Date.now());
    if (waitMs > 0) await this.work.writer.unlessStopped(sleep(waitMs, undefined, { ref: false }));
    this.isSettled = true;
    for (const [id, fields] of late) await this.examine(id, fields, mark);
    this.isSettled = false;
  }

  private nextPage(): Promise<Page> {
    return this.work.gap.cause === 'first_start' ? this.olderPage() : this.newerPage();
  }

  /** From the gap's beginning until a page holds nothing, or only what comes live: `last_message_id` may be stale. */
  private async newerPage(): Promise<Page> {
    const { bounds, limits, known, api } = this.work;
    const { id } = this.channel;
    const knownIds = known.idsOf(id);
    const after = this.progress.cursor ?? startOf(knownIds, bounds, limits.compareMessages);
    const messages = await api.messages(id, { after });
    const newest = messages.at(-1)?.id ?? null;
    const { liveAfter } = bounds;
    const last = messages.every((message) => compareSnowflakes(message.id, liveAfter) > 0);
    return { messages, after, upTo: newest, cursor: newest ?? after, last };
  }

  /** From the newest message into the past, until as many are imported as configured. */
  private async olderPage(): Promise<Page> {
    const { limits, api } = this.work;
    const { cursor, read } = this.progress;
    const wanted = Math.min(PAGE_SIZE, limits.importMessages - read);
    const anchor = cursor === null ? {} : { before: cursor };
    const found = await api.messages(this.channel.id, anchor, Math.max(1, wanted));
    const after = '0' as Snowflake;
    if (wanted <= 0 && found.length > 0) {
      this.progress.reason = 'beyond_limit';
      this.work.omissions.addLimit(`beyond_limit:${this.channel.id}`, 'BACKFILL_LIMIT');
      return { messages: [], after, upTo: after, cursor, last: true };
    }
    const oldest = found[0]?.id ?? null;
    return {
      messages: found,
      after: oldest ?? after,
      upTo: cursor,
      cursor: oldest ?? cursor,
      last: oldest === null,
    };
  }

  private async recover({ messages, after, upTo }: Page, mark: number): Promise<void> {
    const present = new Set<Snowflake>();
    for (const fields of messages) {
      present.add(fields.id);
      await this.examine(fields.id, fields, mark);
    }
    for (const id of this.work.known.idsOf(this.channel.id)) {
      if (present.has(id) || compareSnowflakes(id, after) <= 0) continue;
      if (upTo !== null && compareSnowflakes(id, upTo) > 0) continue;
      if (!this.work.known.touchedSince(this.channel.id, id, mark)) await this.examine(id, undefined, mark);
    }
  }

  /** A message that Discord does not let be read holds up no other: it is named, or tried again at last. */
  private async examine(id: Snowflake, fields: Fields | undefined, mark: number): Promise<void> {
    const { omissions } = this.work;
    const item = `${this.channel.id}/${id}`;
    if (omissions.has(item)) return;
    try {
      await this.bringIn(id, fields, mark);
      omissions.passed(item);
    } catch (error) {
      // What Discord says about the whole channel is none of the message's.
      if (error instanceof HistoryFailure && error.word === 'channel_gone') throw error;
      this.settle(error, item);
    }
  }

  private settle(error: unknown, item: string): void {
    try {
      this.work.omissions.settle(error, item);
    } catch (failure) {
      if (!(failure instanceof HistoryFailure) || failure.concernsAll) throw failure;
      this.postponed ??= failure;
    }
  }

  /** Live traffic wins: what it changed after the reading began is read again. */
  private async bringIn(id: Snowflake, fields: Fields | undefined, mark: number): Promise<void> {
    const { api, known, logger } = this.work;
    let reading = { fields, mark };
    for (let readings = 1; readings <= MAX_READINGS; readings++) {
      if (reading.fields === undefined) {
        const now = known.clock;
        reading = { mark: now, fields: await api.message(this.channel.id, id) };
        if (reading.fields === undefined) return this.gone(id);
      }
      if (await this.apply(id, reading.fields!, reading.mark)) return;
      reading = { fields: undefined, mark };
    }
    logger.info({ channelId: this.channel.id, messageId: id }, 'message left to live traffic');
    this.work.omissions.add(`left_to_live_traffic:${this.channel.id}/${id}`);
  }

  private gone(id: Snowflake): void {
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
    if (known.touchedSince(channelId, id, mark)) return false;
    const message = readHistoryMessage(fields, this.origin());
    if (!message) {
      logger.warn({ channelId, messageId: id }, 'message of history could not be read');
      this.work.omissions.add(`unreadable:${channelId}/${id}`);
      return true;
    }
    if (!this.bringUpToDate(id, message)) return true;
    if (!reactionsDiffer(message, known.find(channelId, id))) return true;
    const counts = await this.countReactions(id, message);
    if (!counts) return false;
    if (known.touchedSince(channelId, id, mark)) return false;
    this.writeCounts(id, counts);
    return true;
  }

  /** False when the message is none of this gap's: deleted, older and never recorded, or so new that it comes live. */
  private bringUpToDate(id: Snowflake, message: HistoryMessage): boolean {
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
    const update = looksDifferent(message, known) && updateOfHistory(message, known, this.origin());
    if (update) this.write(update);
    return true;
  }

  /** undefined when Discord does not know the message any more: it has to be read again. */
  private async countReactions(
    id: Snowflake,
    { reactions }: HistoryMessage,
  ): Promise<ReactionCount[] | undefined> {
    try {
      return await this.usersOf(id, reactions);
    } catch (error) {
      if (!(error instanceof HistoryFailure) || error.word !== 'message_gone') throw error;
      if ((await this.work.api.message(this.channel.id, id)) !== undefined) throw error;
      return undefined;
    }
  }

  private async usersOf(id: Snowflake, reactions: readonly ReactionSummary[]): Promise<ReactionCount[]> {
    const counts: ReactionCount[] = [];
    for (const { emoji, count, burstCount } of reactions) {
      const users = (burst: boolean, expected: number) =>
        this.work.api.reactionUsers(this.channel.id, id, { emoji, burst, expected });
      const userIds = count > burstCount ? await users(false, count - burstCount) : [];
      const burstUserIds = burstCount > 0 ? await users(true, burstCount) : [];
      // Whom Discord names is the truth; the numbers were read before.
      const counted = { count: userIds.length + burstUserIds.length, burstCount: burstUserIds.length };
      counts.push({ emoji, ...counted, userIds, ...(burstUserIds.length > 0 && { burstUserIds }) });
    }
    return counts;
  }

  private writeCounts(id: Snowflake, counts: ReactionCount[]): void {
    const { gapId, guildId } = this.work.gap;
    const channelId = this.channel.id;
    const data = { messageId: id, channelId, guildId, counts };
    const eventId = `reaction.counted:${gapId}:${id}`;
    this.write(historyEvent(this.origin(), { type: 'reaction.counted', id: eventId, channelId, data }));
  }

  private write(event: ReturnType<typeof historyEvent>): void {
    this.work.known.fold(event);
    const written = this.work.writer.write(event);
    // Awaited at the page's end; until then nobody else hears of a stop.
    written.catch(() => undefined);
    this.writes.push(written);
  }

  private origin(): HistoryOrigin {
    const { guildId, gapId, shardId } = this.work.gap;
    return { guildId, gapId, shardId, receivedAt: serverClock.iso };
  }
}
