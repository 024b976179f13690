import type { Snowflake, WireHistoryMessage } from '@discord-relay/contracts';
import type { Querying, Statement } from './read-model.database.js';

/** Message ids that bound a page; one of them at most. */
export interface PageBounds {
  before?: string;
  after?: string;
  around?: string;
}

interface MessageRow {
  id: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
  authorId: Snowflake;
  username: string | null;
  content: string;
  createdAt: Date;
  editedAt: Date | null;
  seq: string;
}

/** Largest bigint: after every message. */
const NEWEST = '9223372036854775807';

const COLUMNS = `id, channel_id AS "channelId", guild_id AS "guildId", author_id AS "authorId",
  author_username AS username, content, created_at AS "createdAt", edited_at AS "editedAt", seq`;
// A message of which only an update was seen may lack content or author: there is nothing to show yet.
const SHOWN = `channel_id = $1 AND deleted_at IS NULL AND content IS NOT NULL AND author_id IS NOT NULL`;
const OLDER = `SELECT ${COLUMNS} FROM messages WHERE ${SHOWN} AND id < $2 ORDER BY id DESC LIMIT $3`;
const NEWER = `SELECT ${COLUMNS} FROM messages WHERE ${SHOWN} AND id > $2 ORDER BY id LIMIT $3`;
const AROUND = `
  (SELECT ${COLUMNS} FROM messages WHERE ${SHOWN} AND id >= $2 ORDER BY id LIMIT ($3::int + 1) / 2)
  UNION ALL (SELECT ${COLUMNS} FROM messages WHERE ${SHOWN} AND id < $2 ORDER BY id DESC LIMIT $3::int / 2)`;

/** A page of what the channel's messages are now, oldest first; the newest when no bound is given. */
export async function listMessages(
  query: Querying,
  channelId: string,
  bounds: PageBounds,
  limit: number,
): Promise<WireHistoryMessage[]> {
  const rows = await query.rows<MessageRow>(statementFor(channelId, bounds, limit));
  return rows.map(toHistoryMessage).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

function statementFor(channelId: string, { before, after, around }: PageBounds, limit: number): Statement {
  if (after !== undefined) return { name: 'messages_after', text: NEWER, values: [channelId, after, limit] };
  if (around !== undefined)
    return { name: 'messages_around', text: AROUND, values: [channelId, around, limit] };
  return { name: 'messages_before', text: OLDER, values: [channelId, before ?? NEWEST, limit] };
}

const toHistoryMessage = (row: MessageRow): WireHistoryMessage => ({
  id: row.id,
  content: row.content,
  author: { id: row.authorId, username: row.username ?? '' },
  timestamp: row.createdAt.toISOString(),
  channelId: row.channelId,
  serverId: row.guildId,
  editedTimestamp: row.editedAt?.toISOString() ?? null,
  seq: Number(row.seq),
});
