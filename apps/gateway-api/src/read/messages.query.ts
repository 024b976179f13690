import { compareSnowflakes, type Snowflake, type WireHistoryMessage } from '@discord-relay/contracts';
import { messagePages, type PageBounds, pageOf } from './message-pages.js';
import type { Querying } from './read-model.database.js';

export interface MessageRow {
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

export const SHORT_COLUMNS = `id, channel_id AS "channelId", guild_id AS "guildId", author_id AS "authorId",
  author_username AS username, content, created_at AS "createdAt", edited_at AS "editedAt", seq`;
const PAGES = messagePages(SHORT_COLUMNS);

/** A page of what the channel's messages are now, oldest first; the newest when no bound is given. */
export async function listMessages(
  query: Querying,
  channelId: string,
  bounds: PageBounds,
  limit: number,
): Promise<WireHistoryMessage[]> {
  const { page, values } = pageOf(channelId, bounds, limit);
  const rows = await query.rows<MessageRow>({ name: page, text: PAGES[page], values });
  return rows.map(toHistoryMessage).sort((a, b) => compareSnowflakes(a.id, b.id));
}

export const toHistoryMessage = (row: MessageRow): WireHistoryMessage => ({
  id: row.id,
  content: row.content,
  author: { id: row.authorId, username: row.username ?? '' },
  timestamp: row.createdAt.toISOString(),
  channelId: row.channelId,
  serverId: row.guildId,
  editedTimestamp: row.editedAt?.toISOString() ?? null,
  seq: Number(row.seq),
});
