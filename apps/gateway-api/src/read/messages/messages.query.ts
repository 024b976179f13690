import {
  compareSnowflakes,
  emojiOfKey,
  messageExtras,
  type PollState,
  wireAuthor,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { MESSAGES, type NonNull, select, type SelectedRow } from '@discord-relay/read-model';
import { messagePages, type PageBounds, pageOf, SHOWN } from './message-pages.js';
import type { Querying } from '../../database/read-model.database.js';

/** The columns from which a message on the wire is built. */
const MESSAGE = select(
  MESSAGES,
  [
    'id',
    'channel_id',
    'guild_id',
    'author_id',
    'author_username',
    'author',
    'content',
    'created_at',
    'edited_at',
    'seq',
    'type',
    'flags',
    'pinned',
    'revision',
    'attachments',
    'embeds',
    'components',
    'stickers',
    'poll',
    'mentions',
    'reference',
    'webhook_id',
  ],
  { as: { author_username: 'username', author: 'profile' } },
);

/** Added by {@link withCounts}. */
interface Counts {
  /** null: none. */
  reactions: { emoji: string; count: number; burstCount: number }[] | null;
  /** null: no poll, or the votes are not known. */
  votes: { answerId: number; count: number }[] | null;
}

export type MessageRow = NonNull<SelectedRow<typeof MESSAGE>, 'authorId' | 'content'> & Counts;

export const MESSAGE_COLUMNS = MESSAGE.list;

/** The rows of `page`, a query of {@link MESSAGE_COLUMNS}, with the counts of the messages on the page. */
export const withCounts = (page: string): string => `
  SELECT m.*,
    (SELECT json_agg(json_build_object('emoji', r.emoji_key, 'count', r.count, 'burstCount', r.burst_count)
                     ORDER BY r.count DESC, r.emoji_key)
     FROM reaction_counts r WHERE r.message_id = m.id AND r.count > 0) AS reactions,
    CASE WHEN m.poll IS NOT NULL THEN
      (SELECT json_agg(json_build_object('answerId', p.answer_id, 'count', p.votes) ORDER BY p.answer_id)
       FROM poll_counts p WHERE p.message_id = m.id) END AS votes
  FROM (${page}) m`;

const PAGES = messagePages(MESSAGE_COLUMNS);
const ONE = withCounts(
  `SELECT ${MESSAGE_COLUMNS} FROM messages WHERE id = $1 AND channel_id = $2 AND ${SHOWN}`,
);

/** A page of the channel's messages in their current state, oldest first; default: the newest. */
export async function listMessages(
  query: Querying,
  channelId: string,
  bounds: PageBounds,
  limit: number,
): Promise<WireHistoryMessage[]> {
  const { page, values } = pageOf(channelId, bounds, limit);
  const rows = await query.rows<MessageRow>({ name: page, text: withCounts(PAGES[page]), values });
  return rows.map(toHistoryMessage).sort((a, b) => compareSnowflakes(a.id, b.id));
}

/** The message, or undefined when the channel has none of that id to show. */
export async function findMessage(
  query: Querying,
  channelId: string,
  messageId: string,
): Promise<WireHistoryMessage | undefined> {
  const values = [messageId, channelId];
  const [row] = await query.rows<MessageRow>({ name: 'message', text: ONE, values });
  return row && toHistoryMessage(row);
}

export function toHistoryMessage(row: MessageRow): WireHistoryMessage {
  const flags = row.flags === null ? null : Number(row.flags);
  const poll = row.poll && counted(row.poll, row.votes);
  const reactions = row.reactions?.map((each) => ({ ...each, emoji: emojiOfKey(each.emoji) }));
  return {
    id: row.id,
    content: row.content,
    author: wireAuthor(row.authorId, row.username, row.profile),
    timestamp: row.createdAt.toISOString(),
    channelId: row.channelId,
    serverId: row.guildId,
    editedTimestamp: row.editedAt?.toISOString() ?? null,
    pinned: row.pinned,
    revision: row.revision,
    seq: Number(row.seq),
    ...messageExtras({ ...row, flags, poll }),
    ...(reactions && { reactions }),
  };
}

/** The counts combine Discord's numbers with the votes received since. */
const counted = (poll: PollState, counts: MessageRow['votes']): PollState =>
  counts ? { ...poll, results: { finalized: poll.results?.finalized ?? false, counts } } : poll;
