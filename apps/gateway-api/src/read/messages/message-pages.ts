/** Message ids that bound a page; at most one of them is given. */
export interface PageBounds {
  before?: string;
  after?: string;
  around?: string;
}

/** Largest bigint: later than every message. */
export const NEWEST = '9223372036854775807';

/** A message known only from an update may lack content or author; it cannot be shown yet. */
export const SHOWN = `deleted_at IS NULL AND content IS NOT NULL AND author_id IS NOT NULL`;
const OF_CHANNEL = `channel_id = $1 AND ${SHOWN}`;

export type MessagePage = 'messages_before' | 'messages_after' | 'messages_around';

/** The statements for pages with those columns, in no particular order. */
export const messagePages = (columns: string): Record<MessagePage, string> => ({
  messages_before: `SELECT ${columns} FROM messages WHERE ${OF_CHANNEL} AND id < $2 ORDER BY id DESC LIMIT $3`,
  messages_after: `SELECT ${columns} FROM messages WHERE ${OF_CHANNEL} AND id > $2 ORDER BY id LIMIT $3`,
  messages_around: `
    (SELECT ${columns} FROM messages WHERE ${OF_CHANNEL} AND id >= $2 ORDER BY id LIMIT ($3::int + 1) / 2)
    UNION ALL (SELECT ${columns} FROM messages WHERE ${OF_CHANNEL} AND id < $2 ORDER BY id DESC LIMIT $3::int / 2)`,
});

/** The page of {@link messagePages} to use, and its parameters. */
export function pageOf(
  channelId: string,
  { before, after, around }: PageBounds,
  limit: number,
): { page: MessagePage; values: unknown[] } {
  if (after !== undefined) return { page: 'messages_after', values: [channelId, after, limit] };
  if (around !== undefined) return { page: 'messages_around', values: [channelId, around, limit] };
  return { page: 'messages_before', values: [channelId, before ?? NEWEST, limit] };
}
