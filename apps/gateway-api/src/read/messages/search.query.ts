import { compareSnowflakes, type RestSearchPage } from '@discord-relay/contracts';
import { limitedTime } from './limited-time.js';
import { SHOWN } from './message-pages.js';
import { MESSAGE_COLUMNS, type MessageRow, toHistoryMessage, withCounts } from './messages.query.js';
import { filterConditions, filterName, type SearchFilter } from './search-filter.js';
import type { Querying, Statement } from '../../database/read-model.database.js';

export interface SearchRequest extends SearchFilter {
  /** Only messages before this id. */
  before?: string | undefined;
  limit: number;
}

/** Longer than a user waits, and as long as other requests can do without the connection. */
const TIMEOUT_MS = 5_000;

/**
 * Messages that match the request, newest first, without deleted ones. The copies in forwards are not recorded, so they are
 * not searched (ADR 36). Call it in a transaction: it sets the statement timeout for the rest of that transaction.
 * @throws AppError `SEARCH.TOO_BROAD` when it takes too long
 */
export async function searchMessages(
  query: Querying,
  request: SearchRequest,
  timeoutMs = TIMEOUT_MS,
): Promise<RestSearchPage> {
  const rows = await limitedTime(query, timeoutMs, () => query.rows<MessageRow>(searchStatement(request)));
  const messages = rows.map(toHistoryMessage).sort((a, b) => compareSnowflakes(b.id, a.id));
  const shown = messages.slice(0, request.limit);
  return { messages: shown, next: messages.length > request.limit ? shown.at(-1)!.id : null };
}

function searchStatement({ before, limit, ...filter }: SearchRequest): Statement {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const conditions = [
    SHOWN,
    `channel_id = ANY (${value(filter.channelIds)}::bigint[])`,
    ...filterConditions(filter, value),
    ...(before === undefined ? [] : [`id < ${value(before)}`]),
  ];
  const page = `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE ${conditions.join(' AND ')}
                ORDER BY id DESC LIMIT ${value(limit + 1)}`;
  const name = ['search', ...filterName(filter), ...(before === undefined ? [] : ['before'])];
  return { name: name.join('_'), text: withCounts(page), values };
}
