import { AppError, compareSnowflakes, type RestSearchPage } from '@discord-relay/contracts';
import { SEARCH_VECTOR, searchQuery } from '@discord-relay/read-model';
import { SHOWN } from './message-pages.js';
import { MESSAGE_COLUMNS, type MessageRow, toHistoryMessage, withCounts } from './messages.query.js';
import type { Querying, Statement } from '../../database/read-model.database.js';

export const HAS = ['attachment', 'embed', 'link', 'poll', 'sticker'] as const;
export type Has = (typeof HAS)[number];

export interface SearchRequest {
  /** The channels whose history the caller may read. */
  channelIds: readonly string[];
  /** Prefix search; every word must match. Absent: any content. */
  text?: string;
  authorId?: string;
  /** Only messages that mention this user. */
  mentions?: string;
  /** `from` is inclusive, `to` exclusive. */
  from?: Date;
  to?: Date;
  /** All of these. */
  has?: readonly Has[];
  /** Only messages before this id. */
  before?: string;
  limit: number;
}

const HAS_CONDITIONS: Record<Has, string> = {
  attachment: `attachments <> '[]'::jsonb`,
  embed: `embeds <> '[]'::jsonb`,
  link: `content ~* 'https?://'`,
  poll: `poll IS NOT NULL`,
  sticker: `stickers <> '[]'::jsonb`,
};

/** Longer than a user waits, and as long as other requests can do without the connection. */
const TIMEOUT_MS = 5_000;
/** SQLSTATE of a statement that was cancelled by its timeout. */
const CANCELED = '57014';

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
  await query.rows({ name: 'search_time', text: LIMIT_TIME, values: [String(timeoutMs)] });
  const rows = await query.rows<MessageRow>(searchStatement(request)).catch(tooBroad);
  const messages = rows.map(toHistoryMessage).sort((a, b) => compareSnowflakes(b.id, a.id));
  const shown = messages.slice(0, request.limit);
  return { messages: shown, next: messages.length > request.limit ? shown.at(-1)!.id : null };
}

const LIMIT_TIME = `SELECT set_config('statement_timeout', $1, true)`;

function tooBroad(cause: unknown): never {
  if ((cause as { code?: unknown }).code !== CANCELED) throw cause;
  throw new AppError('SEARCH.TOO_BROAD', undefined, { cause });
}

/** Contains only the requested conditions, because one plan for all combinations would be slow for each. */
function searchStatement(request: SearchRequest): Statement {
  const { channelIds, text, authorId, mentions, from, to, before, limit } = request;
  const has = HAS.filter((each) => request.has?.includes(each));
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const conditions = [
    SHOWN,
    `channel_id = ANY (${value(channelIds)}::bigint[])`,
    text !== undefined && `${SEARCH_VECTOR} @@ ${searchQuery(`${value(text)}::text`)}`,
    authorId !== undefined && `author_id = ${value(authorId)}`,
    mentions !== undefined && `mentions -> 'users' @> to_jsonb(${value(mentions)}::text)`,
    from && `created_at >= ${value(from)}`,
    to && `created_at < ${value(to)}`,
    before !== undefined && `id < ${value(before)}`,
    ...has.map((each) => HAS_CONDITIONS[each]),
  ].filter((condition) => typeof condition === 'string');
  const page = `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE ${conditions.join(' AND ')}
                ORDER BY id DESC LIMIT ${value(limit + 1)}`;
  const given = { text, authorId, mentions, from, to, before };
  const name = ['search', ...Object.keys(given).filter((key) => given[key as keyof typeof given]), ...has];
  return { name: name.join('_'), text: withCounts(page), values };
}
