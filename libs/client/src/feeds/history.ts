import type { Snowflake, WireHistoryMessage } from '@discord-relay/contracts/wire';

/** Message ids that bound a page; at most one of `before`, `after`, `around`. */
export interface HistoryPage {
  before?: string;
  after?: string;
  around?: string;
  /** 1 to 100; default: 50. */
  limit?: number;
}

export interface History {
  /** Oldest first. */
  messages: WireHistoryMessage[];
  /** Cursor of the channel's feed when the page was read. */
  seq: number;
}

const DEFAULT_LIMIT = 50;

/** Reads page after page, forwards from `after`, otherwise backwards, until a page is not full. */
export async function* pagesOf(
  read: (page: HistoryPage) => Promise<History>,
  { after, before, limit = DEFAULT_LIMIT }: Omit<HistoryPage, 'around'>,
): AsyncGenerator<WireHistoryMessage[], void> {
  const bound = after === undefined ? 'before' : 'after';
  let from = (after ?? before) as Snowflake | undefined;
  for (;;) {
    const { messages } = await read({ ...(from !== undefined && { [bound]: from }), limit });
    if (messages.length > 0) yield messages;
    if (messages.length < limit) return;
    from = messages.at(bound === 'after' ? -1 : 0)!.id;
  }
}
