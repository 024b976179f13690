import { compareSnowflakes, isSnowflake, type ReactionCount, type Snowflake } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { Fields } from '../normalize/read-fields.js';
import { serverClock } from '../server-clock.js';
import { startOf, type BackfillLimits, type ChannelProgress, type GapBounds, type GuildGap } from './gap.js';
import type { HistoryApi } from './history-api.js';
import { PAGE_SIZE } from './history-api.js';
import {
  historyEvent,
  looksDifferent,
  reactionsDiffer,
  readHistoryMessage,
  updateOfHistory,
  type HistoryMessage,
  type HistoryOrigin,
} from './history-message.js';
import type { HistoryWriter } from './history-writer.js';
import type { KnownMessages } from './known-messages.js';

/** How often a message is read again because live traffic changed it meanwhile; then live traffic has the word. */
const MAX_READINGS = 5;

/** What the channels of a guild share while its gap is worked on. */
export interface GuildWork {
  gap: GuildGap;
  bounds: GapBounds;
  limits: BackfillLimits;
  known: KnownMessages;
  api: HistoryApi;
  writer: HistoryWriter;
  logger: Logger;
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
  messages: Fields[];
  after: Snowflake;
  upTo: Snowflake | null;
  cursor: Snowflake | null;
  last: boolean;
}

/** Brings the log of one channel to what its history says, page by page. */
export class ChannelBackfill {
  private writes: Promise<void>[] = [];

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
      await Promise.all(this.writes.splice(0));
      this.progress.cursor = page.cursor;
      this.progress.read += page.messages.length;
      this.work.onRead(page.messages.length);
      if (page.last) this.progress.state = 'done';
      await save();
    }
  }

  private nextPage(): Promise<Page> {
    return this.work.gap.cause === 'first_start' ? this.olderPage() : this.newerPage();
  }

  /** From the gap's beginning towards the present, until live traffic has the rest. */
  private async newerPage(): Promise<Page> {
    const { bounds, limits, known, api } = this.work;
    const { id } = this.channel;
    const knownIds = known.idsOf(id);
    const after = this.progress.cursor ?? startOf(knownIds, bounds, limits.compareMessages);
    const boundary = this.progress.upTo ?? ('0' as Snowflake);
    const nothing = { messages: [], after, upTo: after, cursor: after, last: true };
    const anyKnown = knownIds.some((each) => compareSnowflakes(each, after) > 0);
    if (!anyKnown && compareSnowflakes(boundary, after) <= 0) return nothing;
    const messages = await api.messages(id, { after });
    const newest = idOf(messages.at(-1));
    const last = newest === null || compareSnowflakes(newest, boundary) >= 0;
    return { messages, after, upTo: newest, cursor: newest ?? after, last };
  }

  /** From the newest message into the past, until as many are imported as configured. */
  private async olderPage(): Promise<Page> {
    const { limits, api } = this.work;
    const { cursor, read } = this.progress;
    const wanted = Math.min(PAGE_SIZE, limits.importMessages - read);
    const anchor = cursor === null ? {} : { before: cursor };
    const found = this.progress.upTo ? await api.messages(this.channel.id, anchor, Math.max(1, wanted)) : [];
    const after = '0' as Snowflake;
    if (wanted <= 0 && found.length > 0) {
      this.progress.reason = 'beyond_limit';
      return { messages: [], after, upTo: after, cursor, last: true };
    }
    const oldest = idOf(found[0]);
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
      const id = idOf(fields);
      if (id === null) continue;
      present.add(id);
      await this.examine(id, fields, mark);
    }
    for (const id of this.work.known.idsOf(this.channel.id)) {
      if (present.has(id) || compareSnowflakes(id, after) <= 0) continue;
      if (upTo !== null && compareSnowflakes(id, upTo) > 0) continue;
      if (!this.work.known.touchedSince(this.channel.id, id, mark)) await this.examine(id, undefined, mark);
    }
  }

  /** Live traffic wins: what it changed after the reading began is read again. */
  private async examine(id: Snowflake, fields: Fields | undefined, mark: number): Promise<void> {
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
      return true;
    }
    if (!this.bringUpToDate(id, message)) return true;
    if (!reactionsDiffer(message, known.find(channelId, id))) return true;
    const counts = await this.countReactions(id, message);
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
      if (compareSnowflakes(id, this.progress.upTo ?? '0') > 0) return false;
      this.write(message.created);
      return true;
    }
    const update = looksDifferent(message, known) && updateOfHistory(message, known, this.origin());
    if (update) this.write(update);
    return true;
  }

  private async countReactions(id: Snowflake, { reactions }: HistoryMessage): Promise<ReactionCount[]> {
    const counts: ReactionCount[] = [];
    for (const { emoji, count, burstCount } of reactions) {
      const users = (burst: boolean) => this.work.api.reactionUsers(this.channel.id, id, emoji, burst);
      const userIds = count > burstCount ? await users(false) : [];
      const burstUserIds = burstCount > 0 ? await users(true) : [];
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

const idOf = (fields: Fields | undefined): Snowflake | null => (isSnowflake(fields?.id) ? fields.id : null);
