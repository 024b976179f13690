import { compareSnowflakes, type RestMessage } from '@discord-relay/contracts';
import { MESSAGES, select, type SelectedRow } from '@discord-relay/read-model';
import { messagePages, type PageBounds, pageOf, SHOWN } from './message-pages.js';
import { COLUMNS, type MessageRow, toHistoryMessage, withCounts } from './messages.query.js';
import type { Querying } from '../database/read-model.database.js';

const MORE = select(MESSAGES, ['pinned', 'revision']);
export type FullMessageRow = MessageRow & SelectedRow<typeof MORE>;

export const FULL_COLUMNS = `${COLUMNS}, ${MORE.list}`;

export const toRestMessage = (row: FullMessageRow): RestMessage => ({
  ...toHistoryMessage(row),
  pinned: row.pinned,
  revision: row.revision,
});

const PAGES = messagePages(FULL_COLUMNS);
const ONE = withCounts(`SELECT ${FULL_COLUMNS} FROM messages WHERE id = $1 AND channel_id = $2 AND ${SHOWN}`);

/** A page of what the channel's messages are now, oldest first, with everything known of them. */
export async function listFullMessages(
  query: Querying,
  channelId: string,
  bounds: PageBounds,
  limit: number,
): Promise<RestMessage[]> {
  const { page, values } = pageOf(channelId, bounds, limit);
  const statement = { name: `full_${page}`, text: withCounts(PAGES[page]), values };
  const rows = await query.rows<FullMessageRow>(statement);
  return rows.map(toRestMessage).sort((a, b) => compareSnowflakes(a.id, b.id));
}

/** The message, or undefined when the channel has none of that id to show. */
export async function findMessage(
  query: Querying,
  channelId: string,
  messageId: string,
): Promise<RestMessage | undefined> {
  const values = [messageId, channelId];
  const [row] = await query.rows<FullMessageRow>({ name: 'message', text: ONE, values });
  return row && toRestMessage(row);
}
