import {
  compareSnowflakes,
  type RestTombstone,
  type Snowflake,
  firstSnowflakeAt,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { messagesAsOf, pollCountsAsOf, reactionsAsOf } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import { NEWEST, type PageBounds } from '../messages/message-pages.js';
import { MESSAGE_COLUMNS, type MessageRow, toHistoryMessage } from '../messages/messages.query.js';
import { endIdOf, type Point } from './point.query.js';

/** A page of messages as they were, and the messages in its place that were deleted since. */
export interface PageAsOf {
  /** Oldest first. */
  messages: WireHistoryMessage[];
  deleted: RestTombstone[];
  /** Messages whose text of that time is not known. */
  unknown: RestTombstone[];
}

interface CandidateRow {
  id: Snowflake;
  createdAt: Date;
  deleted: boolean;
}

/** SQL conditions: whether a message existed at the point, and whether a deleted one was deleted later. */
interface Existence {
  created: string;
  deletedLater: string;
}

const OBSERVED: Existence = { created: 'created_seq <= $4', deletedLater: 'seq > $4' };

/** `$4`: a time. */
const HAPPENED: Existence = {
  created: 'created_seq IS NOT NULL',
  deletedLater: 'deleted_at >= $4::timestamptz',
};

/** The messages of a time on a page in one direction; those that are newer are skipped within the index. */
const candidates =
  ({ created, deletedLater }: Existence) =>
  (condition: string, order: string, limit: string): string => {
    const of = (rows: string, deleted: boolean) => `
      (SELECT id, created_at, ${deleted} AS deleted FROM messages
       WHERE channel_id = $1 AND ${created} AND ${rows} AND ${condition} ORDER BY id ${order} LIMIT ${limit})`;
    return `
      (SELECT id, created_at AS "createdAt", deleted
       FROM (${of('deleted_at IS NULL', false)} UNION ALL ${of(`deleted_at IS NOT NULL AND ${deletedLater}`, true)}) found
       ORDER BY id ${order} LIMIT ${limit})`;
  };

/** `$5`: an id later than every message of that time. */
function pagesOf(existence: Existence): Record<Page, string> {
  const page = candidates(existence);
  return {
    before: page('id < least($2::bigint, $5::bigint)', 'DESC', '$3'),
    after: page('id > $2 AND id < $5', 'ASC', '$3'),
    around: `${page('id >= $2 AND id < $5', 'ASC', '($3::int + 1) / 2')}
      UNION ALL ${page('id < least($2::bigint, $5::bigint)', 'DESC', '$3::int / 2')}`,
  };
}

type Page = 'before' | 'after' | 'around';

const PAGES_OBSERVED = pagesOf(OBSERVED);
const PAGES_HAPPENED = pagesOf(HAPPENED);

/** Rows of messages `m` of the past, from rows of `messages`, with the mark that an edit replaced the text since. */
const past = (rows: string): string => `(
  SELECT ${MESSAGE_COLUMNS}, content_seq AS "contentSeq",
    coalesce((SELECT n.content_seq FROM messages n WHERE n.id = earlier.id) > content_seq, false) AS superseded
  FROM (${rows}) earlier) m`;

/** A row of {@link past}. */
type PastRow = MessageRow & { superseded: boolean };

/** Messages as of `$2`, by id. */
const MESSAGES = `
  SELECT m.*,
    (SELECT json_agg(json_build_object('emoji', r.emoji_key, 'count', r.count, 'burstCount', r.bursts)
                     ORDER BY r.count DESC, r.emoji_key)
     FROM (SELECT emoji_key, count(*) AS count, count(*) FILTER (WHERE burst) AS bursts
           FROM (${reactionsAsOf('$2', 'm.id')}) each GROUP BY emoji_key) r) AS reactions,
    CASE WHEN m.poll IS NOT NULL THEN
      (SELECT json_agg(json_build_object('answerId', p.answer_id, 'count', p.votes) ORDER BY p.answer_id)
       FROM (${pollCountsAsOf('$2', 'm.id')}) p) END AS votes
  FROM ${past(messagesAsOf('$2', 'SELECT unnest($1::bigint[]) AS id'))}`;

/** Whether texts that an edit replaced are withheld, as they are from viewers everywhere. */
export interface Redacting {
  hideSuperseded: boolean;
}

/** Where the page is, among the current messages. */
export interface PageRequest extends Redacting {
  channelId: string;
  bounds: PageBounds;
  limit: number;
}

/** A page of the channel after the event of a point. */
export async function listMessagesAsOf(
  query: Querying,
  request: PageRequest,
  point: Point,
): Promise<PageAsOf> {
  const { page, bound } = pageOf(request.bounds);
  const { seq } = point;
  const rows = await query.rows<CandidateRow>({
    name: `messages_${page}_as_of`,
    text: PAGES_OBSERVED[page],
    values: [request.channelId, bound, request.limit, seq, endIdOf(point)],
  });
  const { ids, deleted } = inOrder(rows);
  return { messages: await messagesOf(query, ids, seq, request), deleted, unknown: [] };
}

/**
 * Each message with the last text that it had before `$2`, by Discord's times of edits. Discord gives no times for pins,
 * reactions and votes.
 */
const HAPPENED_MESSAGES = `
  SELECT m.*, NULL AS reactions, NULL AS votes
  FROM ${past(`
    SELECT r.* FROM messages now
    LEFT JOIN LATERAL (
      SELECT v.before FROM message_versions v
      WHERE now.edited_at >= $2 AND v.message_id = now.id
        AND coalesce((v.before ->> 'edited_at')::timestamptz, '-infinity') < $2
      ORDER BY v.until_seq DESC LIMIT 1) v ON true
    CROSS JOIN LATERAL jsonb_populate_record(
      CASE WHEN now.edited_at IS NULL OR now.edited_at < $2 THEN now END, v.before) r
    WHERE now.id = ANY ($1::bigint[]) AND r.id IS NOT NULL`)}`;

/** A page of the channel with what had happened before a time, as far as it is known now. */
export async function listMessagesHappened(
  query: Querying,
  request: PageRequest,
  atMs: number,
): Promise<PageAsOf> {
  const { page, bound } = pageOf(request.bounds);
  const at = new Date(atMs).toISOString();
  const rows = await query.rows<CandidateRow>({
    name: `messages_${page}_happened`,
    text: PAGES_HAPPENED[page],
    values: [request.channelId, bound, request.limit, at, firstSnowflakeAt(atMs)],
  });
  const { ids, deleted } = inOrder(rows);
  const known = await query.rows<PastRow>({
    name: 'messages_happened',
    text: HAPPENED_MESSAGES,
    values: [ids, at],
  });
  const messages = sortedMessages(known, request).map(withoutUntimed);
  const found = new Set(messages.map(({ id }) => id));
  const unknown = rows.filter((row) => !row.deleted && !found.has(row.id)).map(toTombstone);
  return { messages, deleted, unknown };
}

/** The number of votes changes without a time. */
const withoutUntimed = ({ poll, ...message }: WireHistoryMessage): WireHistoryMessage => ({
  ...message,
  pinned: null,
  ...(poll && { poll: { ...poll, results: null } }),
});

function inOrder(rows: CandidateRow[]): { ids: Snowflake[]; deleted: RestTombstone[] } {
  rows.sort((a, b) => compareSnowflakes(a.id, b.id));
  return {
    ids: rows.filter(({ deleted }) => !deleted).map(({ id }) => id),
    deleted: rows.filter(({ deleted }) => deleted).map(toTombstone),
  };
}

/** The message as of a sequence, or undefined when it did not exist then or is deleted now. */
export async function findMessageAsOf(
  query: Querying,
  channelId: string,
  messageId: string,
  asOf: Redacting & { seq: number },
): Promise<WireHistoryMessage | undefined> {
  const rows = await query.rows<{ id: Snowflake }>({
    name: 'message_as_of',
    text: `SELECT id FROM messages WHERE id = $1 AND channel_id = $2 AND created_seq <= $3 AND deleted_at IS NULL`,
    values: [messageId, channelId, asOf.seq],
  });
  const ids = rows.map(({ id }) => id);
  return (await messagesOf(query, ids, asOf.seq, asOf))[0];
}

/** Messages that are not deleted now, oldest first, after the event `seq`; those that did not exist then are left out. */
export async function findMessagesAsOf(
  query: Querying,
  ids: readonly Snowflake[],
  asOf: Redacting & { seq: number },
): Promise<WireHistoryMessage[]> {
  const { seq } = asOf;
  const rows = await query.rows<{ id: Snowflake }>({
    name: 'messages_created_by',
    text: 'SELECT id FROM messages WHERE id = ANY ($1::bigint[]) AND created_seq <= $2 AND deleted_at IS NULL',
    values: [ids, seq],
  });
  return messagesOf(
    query,
    rows.map(({ id }) => id),
    seq,
    asOf,
  );
}

async function messagesOf(
  query: Querying,
  ids: readonly Snowflake[],
  seq: number,
  redacting: Redacting,
): Promise<WireHistoryMessage[]> {
  if (ids.length === 0) return [];
  const rows = await query.rows<PastRow>({ name: 'messages_as_of', text: MESSAGES, values: [ids, seq] });
  return sortedMessages(rows, redacting);
}

const sortedMessages = (rows: PastRow[], { hideSuperseded }: Redacting): WireHistoryMessage[] =>
  rows
    .map((row) => (row.superseded && hideSuperseded ? withheld(row) : toHistoryMessage(row)))
    .sort((a, b) => compareSnowflakes(a.id, b.id));

/** What stays of a message whose text was replaced: neither the text nor what belonged to it. */
function withheld(row: PastRow): WireHistoryMessage {
  const { id, author, timestamp, channelId, serverId, editedTimestamp, revision, seq, reactions } =
    toHistoryMessage(row);
  const place = { id, author, timestamp, channelId, serverId, editedTimestamp, revision, seq };
  return {
    ...place,
    content: '',
    pinned: row.pinned,
    redacted: 'superseded',
    ...(reactions && { reactions }),
  };
}

function pageOf({ before, after, around }: PageBounds): { page: Page; bound: string } {
  if (after !== undefined) return { page: 'after', bound: after };
  if (around !== undefined) return { page: 'around', bound: around };
  return { page: 'before', bound: before ?? NEWEST };
}

const toTombstone = ({ id, createdAt }: Pick<CandidateRow, 'id' | 'createdAt'>): RestTombstone => ({
  id,
  timestamp: createdAt.toISOString(),
});
