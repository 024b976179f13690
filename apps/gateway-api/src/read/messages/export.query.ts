import {
  EXPORT_COLUMNS,
  type ExportColumnName,
  firstSnowflakeAt,
  type RestExportCount,
  type RestExportSize,
} from '@discord-relay/contracts';
import { columnList, MESSAGES } from '@discord-relay/read-model';
import { limitedTime } from './limited-time.js';
import { SHOWN } from './message-pages.js';
import { filterConditions, filterName, type SearchFilter } from './search-filter.js';
import type { Querying, Statement } from '../../database/read-model.database.js';

export interface ExportFilter extends SearchFilter {
  /** Only messages whose newest event came after this sequence, deleted ones included. */
  since?: number | undefined;
  /** Only messages that were created at this sequence or before. */
  until?: number | undefined;
}

export interface ExportPosition {
  channelId: string;
  messageId: string;
}

export interface ExportRequest extends ExportFilter {
  /** Only rows after this one. */
  after: ExportPosition;
  limit: number;
  /** Whether earlier contents of edited messages are included. */
  withRevisions: boolean;
  /** Whether each row ends with what only some formats need: see `RestExportDetails`. */
  withDetails: boolean;
}

/** Rows as the text of a JSON array, which Postgres builds: the event loop of the gateway only passes it on. */
export interface ExportRows {
  json: string;
  next: ExportPosition | null;
}

/** A page with more than this ends early; sizes as Postgres stores the values. */
const PAGE_MAX_BYTES = 4_194_304;
/** Less than the time after which the connection is given up. */
const TIMEOUT_MS = 8_000;
/** An id begins with its time, so that an index finds a range of times; the clocks of Discord's servers differ a little. */
const ID_TOLERANCE_MS = 3_600_000;

interface PageRow {
  json: string | null;
  rows: number;
  picked: number;
  channelId: string | null;
  messageId: string | null;
}

/**
 * The next rows of an export, ordered by channel and id. Call it in a transaction, as
 * {@link limitedTime}. @throws AppError `SEARCH.TOO_BROAD` when it takes too long
 */
export async function exportRows(query: Querying, request: ExportRequest): Promise<ExportRows> {
  const [page] = await limitedTime(query, TIMEOUT_MS, () => query.rows<PageRow>(pageStatement(request)));
  const { json, rows, picked, channelId, messageId } = page!;
  const isLast = rows === picked && picked < request.limit;
  return { json: `[${json ?? ''}]`, next: isLast ? null : { channelId: channelId!, messageId: messageId! } };
}

/** How many rows an export has, by channel and by day. As {@link exportRows}. */
export async function exportSize(
  query: Querying,
  filter: ExportFilter,
): Promise<Omit<RestExportSize, 'seq'>> {
  const counts = await limitedTime(query, TIMEOUT_MS, () =>
    query.rows<{ channelId: string | null; day: string | null; rows: number }>(sizeStatement(filter)),
  );
  const by = (name: 'channelId' | 'day'): RestExportCount[] =>
    counts.flatMap((count) => (count[name] === null ? [] : { key: count[name], rows: count.rows }));
  const channels = by('channelId');
  return { rows: channels.reduce((sum, each) => sum + each.rows, 0), channels, days: by('day') };
}

const time = (sql: string): string => `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const REVISIONS = `
  CASE WHEN revision > 0 THEN
    (SELECT json_agg(json_build_object('revision', r.revision, 'content', r.content,
                                       'edited_at', ${time('r.edited_at')}, 'seq', r.seq) ORDER BY r.revision)
     FROM message_revisions r WHERE r.message_id = m.id) END`;
/** Of all rows of the page at once: an aggregate for each row would cost a quarter of the page. */
const REACTIONS = `
  SELECT message_id, sum(r.count)::int AS total,
         json_agg(json_build_object('emoji', r.emoji_key, 'count', r.count, 'burst_count', r.burst_count)
                  ORDER BY r.count DESC, r.emoji_key) AS list
  FROM reaction_counts r WHERE message_id = ANY (ARRAY(SELECT id FROM picked)) AND r.count > 0 GROUP BY message_id`;

/** How each column is computed from the row `m` and its `reactions`, if it has any; a list without entries is null. */
const EXPRESSIONS: Record<ExportColumnName, string> = {
  id: 'm.id::text',
  guild_id: 'm.guild_id::text',
  channel_id: 'm.channel_id::text',
  channel_name: 'm.channel_name',
  channel_type: 'm.channel_type',
  parent_id: 'm.channel_parent_id::text',
  author_id: 'm.author_id::text',
  author_name: 'm.author_username',
  author_bot: `(m.author ->> 'bot')::boolean`,
  webhook_id: 'm.webhook_id::text',
  created_at: time('m.created_at'),
  edited_at: time('m.edited_at'),
  deleted_at: time('m.deleted_at'),
  type: 'm.type',
  flags: 'm.flags',
  pinned: 'm.pinned',
  content: 'm.content',
  revision: 'm.revision',
  earlier_contents: REVISIONS,
  reply_to: `CASE WHEN m.reference ->> 'type' = 'default' THEN m.reference ->> 'messageId' END`,
  reaction_count: 'coalesce(reactions.total, 0)',
  reactions: 'reactions.list',
  attachments: `nullif(m.attachments, '[]')`,
  embeds: `nullif(m.embeds, '[]')`,
  components: `nullif(m.components, '[]')`,
  stickers: `nullif(m.stickers, '[]')`,
  poll: 'm.poll',
  poll_votes: `CASE WHEN m.poll IS NOT NULL THEN
    (SELECT json_agg(json_build_object('answer_id', p.answer_id, 'votes', p.votes) ORDER BY p.answer_id)
     FROM poll_counts p WHERE p.message_id = m.id) END`,
  mentions: 'm.mentions',
  reference: 'm.reference',
  seq: 'm.seq',
};

/** The last column of a request with details. */
const DETAILS = `
  json_build_object('author', m.author, 'guildName', (SELECT g.name FROM guilds g WHERE g.id = m.guild_id),
    'topic', (SELECT c.topic FROM channels c WHERE c.id = m.channel_id),
    'parentName', (SELECT c.name FROM channels c WHERE c.id = m.channel_parent_id),
    'reactions', (SELECT json_agg(json_build_object('emoji', r.emoji_key, 'userIds', r.users) ORDER BY r.emoji_key)
      FROM (SELECT emoji_key, array_agg(DISTINCT user_id::text ORDER BY user_id::text) AS users
            FROM reactions WHERE message_id = m.id GROUP BY emoji_key) r))`;

const SIZE = ['content', 'embeds', 'components', 'attachments', 'poll', 'mentions']
  .map((column) => `coalesce(pg_column_size(${column}), 0)`)
  .join(' + ');
const CHANNEL = 'c.name AS channel_name, c.type AS channel_type, c.parent_id AS channel_parent_id';

function pageStatement(request: ExportRequest): Statement {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const picked = isWalk(request) ? walk(request, value) : scan(request, value);
  const columns: string[] = EXPORT_COLUMNS.map(({ name }) =>
    name === 'earlier_contents' && !request.withRevisions ? 'NULL' : EXPRESSIONS[name],
  );
  if (request.withDetails) columns.push(DETAILS);
  // Aggregates see the rows in the order of the subquery; sorting them again for each would cost a third of the page.
  const text = `
    WITH picked AS MATERIALIZED (${picked})
    SELECT string_agg(json, ',') AS json, count(json)::int AS rows, count(*)::int AS picked,
           (array_agg(channel_id))[count(json)] AS "channelId", (array_agg(id))[count(json)] AS "messageId"
    FROM (SELECT m.channel_id, m.id,
                 CASE WHEN bytes_before < ${PAGE_MAX_BYTES} THEN json_build_array(${columns.join(', ')})::text END AS json
          FROM (SELECT *, sum(${SIZE}) OVER (ORDER BY channel_id, id) - (${SIZE}) AS bytes_before FROM picked) m
          LEFT JOIN (${REACTIONS}) reactions ON reactions.message_id = m.id
          ORDER BY channel_id, id) page`;
  const kind = [request.withRevisions ? 'all' : 'viewer', isWalk(request) ? 'walk' : 'scan'];
  if (request.withDetails) kind.push('details');
  return { name: ['export', ...kind, ...nameOf(request)].join('_'), text, values };
}

/** An index finds words, and none finds what changed: such rows are found first and ordered then. */
const isWalk = ({ text, since }: ExportFilter): boolean => text === undefined && since === undefined;

/** Reads channel after channel from its index, and only as much as the page needs. */
function walk(request: ExportRequest, value: (given: unknown) => string): string {
  const { channelId, messageId } = request.after;
  const [channels, channel, message] = [value(request.channelIds), value(channelId), value(messageId)];
  const limit = value(request.limit);
  const conditions = conditionsOf(request, value);
  return `
    SELECT m.*, ${CHANNEL}
    FROM channels c CROSS JOIN LATERAL (
      SELECT ${columnList(MESSAGES)} FROM messages
      WHERE channel_id = c.id AND id > CASE WHEN c.id = ${channel}::bigint THEN ${message}::bigint ELSE 0 END
        AND ${conditions.join(' AND ')}
      ORDER BY id LIMIT ${limit}) m
    WHERE c.id = ANY (${channels}::bigint[]) AND c.id >= ${channel}::bigint
    ORDER BY c.id, m.id LIMIT ${limit}`;
}

function scan(request: ExportRequest, value: (given: unknown) => string): string {
  const { channelId, messageId } = request.after;
  const conditions = [
    `channel_id = ANY (${value(request.channelIds)}::bigint[])`,
    `(channel_id, id) > (${value(channelId)}::bigint, ${value(messageId)}::bigint)`,
    ...conditionsOf(request, value),
  ];
  return `
    SELECT m.*, ${CHANNEL}
    FROM (SELECT ${columnList(MESSAGES)} FROM messages WHERE ${conditions.join(' AND ')}
          ORDER BY channel_id, id LIMIT ${value(request.limit)}) m
    JOIN channels c ON c.id = m.channel_id`;
}

function sizeStatement(filter: ExportFilter): Statement {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const conditions = [
    `channel_id = ANY (${value(filter.channelIds)}::bigint[])`,
    ...conditionsOf(filter, value),
  ];
  const text = `
    SELECT channel_id AS "channelId", to_char(day, 'YYYY-MM-DD') AS day, count(*)::int AS rows
    FROM (SELECT channel_id, (created_at AT TIME ZONE 'UTC')::date AS day
          FROM messages WHERE ${conditions.join(' AND ')}) m
    GROUP BY GROUPING SETS ((channel_id), (day)) ORDER BY channel_id, day`;
  return { name: ['export', 'size', ...nameOf(filter)].join('_'), text, values };
}

function conditionsOf(filter: ExportFilter, value: (given: unknown) => string): string[] {
  const { since, until, from, to } = filter;
  const earliest = from && firstSnowflakeAt(from.getTime() - ID_TOLERANCE_MS);
  const latest = to && firstSnowflakeAt(to.getTime() + ID_TOLERANCE_MS);
  return [
    since === undefined ? SHOWN : `((${SHOWN}) OR deleted_at IS NOT NULL) AND seq > ${value(since)}`,
    ...(until === undefined ? [] : [`coalesce(created_seq, 0) <= ${value(until)}`]),
    ...(earliest ? [`id >= ${value(earliest)}`] : []),
    ...(latest ? [`id < ${value(latest)}`] : []),
    ...filterConditions(filter, value),
  ];
}

const nameOf = ({ since, until, ...filter }: ExportFilter): string[] => [
  ...filterName(filter),
  ...(since === undefined ? [] : ['after-seq']),
  ...(until === undefined ? [] : ['before-seq']),
];
