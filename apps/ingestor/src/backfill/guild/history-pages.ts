import { compareSnowflakes, type Snowflake } from '@discord-relay/contracts';
import { startOf, type ChannelProgress } from '../gaps/gap.js';
import { PAGE_SIZE, type Identified } from '../rest/history-api.js';
import type { GuildWork, HistoryChannel } from './guild-work.js';

/** Messages of a page, oldest first, and the range of ids that they cover completely. */
export interface HistoryPage {
  messages: Identified[];
  after: Snowflake;
  upTo: Snowflake | null;
  cursor: Snowflake | null;
  last: boolean;
}

/** Reads the history of a channel page by page, in the direction that its gap needs. */
export class HistoryPages {
  constructor(
    private readonly work: GuildWork,
    private readonly channel: HistoryChannel,
    private readonly progress: ChannelProgress,
  ) {}

  /** The page after the stored progress. */
  next(): Promise<HistoryPage> {
    return this.work.gap.cause === 'first_start' ? this.olderPage() : this.newerPage();
  }

  /**
   * From the start of the gap until a page is empty or holds only what arrives live: `last_message_id` may be stale.
   */
  private async newerPage(): Promise<HistoryPage> {
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

  /** From the newest message backwards, until the configured number is imported. */
  private async olderPage(): Promise<HistoryPage> {
    const { limits, api } = this.work;
    const { cursor, read } = this.progress;
    const pageLimit = Math.min(PAGE_SIZE, limits.importMessages - read);
    const anchor = cursor === null ? {} : { before: cursor };
    const found = await api.messages(this.channel.id, anchor, Math.max(1, pageLimit));
    const after = '0' as Snowflake;
    if (pageLimit <= 0 && found.length > 0) {
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
}
