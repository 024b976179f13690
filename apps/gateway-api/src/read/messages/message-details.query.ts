import {
  AppError,
  emojiOfKey,
  isSnowflake,
  type RestReactionPage,
  type RestRevision,
  type Snowflake,
} from '@discord-relay/contracts';
import {
  MESSAGE_REVISIONS,
  MESSAGES,
  REACTIONS,
  reactionsAsOf,
  select,
  type SelectedRow,
} from '@discord-relay/read-model';
import { isStorableId } from '../../database/storable-id.js';
import type { Querying } from '../../database/read-model.database.js';

const EARLIER = select(MESSAGE_REVISIONS, ['revision', 'content', 'edited_at', 'seq']);
const PRESENT = select(MESSAGES, ['revision', 'content', 'edited_at']);
type RevisionRow = SelectedRow<typeof EARLIER>;

/** `message_revisions` lacks the current content, which is in `messages`. */
const REVISIONS = `
  SELECT ${EARLIER.list} FROM message_revisions WHERE message_id = $1
  UNION ALL
  SELECT ${PRESENT.list}, coalesce(content_seq, seq) FROM messages WHERE id = $1
  ORDER BY revision`;

/** All versions of a message's content, oldest first; the last is the current one. */
export async function listRevisions(query: Querying, messageId: string): Promise<RestRevision[]> {
  const rows = await query.rows<RevisionRow>({ name: 'revisions', text: REVISIONS, values: [messageId] });
  return rows.map(({ revision, content, editedAt, seq }) => ({
    revision,
    content,
    editedAt: editedAt?.toISOString() ?? null,
    seq: Number(seq),
  }));
}

const REACTION = select(REACTIONS, ['emoji_key', 'user_id', 'burst'], { as: { emoji_key: 'emoji' } });
type ReactionRow = SelectedRow<typeof REACTION>;

const OF_MESSAGE = '(SELECT * FROM reactions WHERE message_id = $1)';
const OF_MESSAGE_AS_OF = `(${reactionsAsOf('$6', '$1')})`;

const reactionPage = (reactions: string): string => `
  SELECT ${REACTION.list} FROM ${reactions} present
  WHERE (emoji_key, user_id, burst) > ($2 COLLATE "C", $3::bigint, $4::boolean)
  ORDER BY emoji_key, user_id, burst LIMIT $5`;

const oneEmojiPage = (reactions: string): string => `
  SELECT ${REACTION.list} FROM ${reactions} present
  WHERE emoji_key = $2 AND (user_id, burst) > ($3::bigint, $4::boolean)
  ORDER BY user_id, burst LIMIT $5`;

const reactionPages = (reactions: string) => ({
  reactions: reactionPage(reactions),
  reactions_of_emoji: oneEmojiPage(reactions),
});
const REACTION_PAGES = reactionPages(OF_MESSAGE);
const REACTION_PAGES_AS_OF = reactionPages(OF_MESSAGE_AS_OF);

interface ReactionPage {
  /** An `emojiKey`; undefined: all emoji. */
  emoji?: string | undefined;
  /** The `next` of the previous page. */
  after?: string | undefined;
  limit: number;
  /** After the event with this sequence; undefined: now. */
  asOf?: number | undefined;
}

const FIRST: ReactionRow = { emoji: '', userId: '0' as Snowflake, burst: false };

/** The reactions to a message with their users, by emoji. */
export async function listReactions(
  query: Querying,
  messageId: string,
  { emoji, after, limit, asOf }: ReactionPage,
): Promise<RestReactionPage> {
  const start = after === undefined ? FIRST : parseCursor(after);
  const values = [messageId, emoji ?? start.emoji, start.userId, start.burst, limit + 1];
  const page = emoji === undefined ? 'reactions' : 'reactions_of_emoji';
  const rows = await query.rows<ReactionRow>(
    asOf === undefined
      ? { name: page, text: REACTION_PAGES[page], values }
      : { name: `${page}_as_of`, text: REACTION_PAGES_AS_OF[page], values: [...values, asOf] },
  );
  const reactions = rows.slice(0, limit);
  const next = rows.length > limit ? cursorOf(reactions.at(-1)!) : null;
  return { reactions: reactions.map((each) => ({ ...each, emoji: emojiOfKey(each.emoji) })), next };
}

/** The form of the cursor of a page of reactions. */
export const REACTION_CURSOR = /^(\d{1,19})-([01])-([A-Za-z0-9_-]{1,200})$/;

const cursorOf = ({ emoji, userId, burst }: ReactionRow): string =>
  `${userId}-${burst ? 1 : 0}-${Buffer.from(emoji).toString('base64url')}`;

/** @throws AppError `REQUEST.INVALID` */
function parseCursor(cursor: string): ReactionRow {
  const [, userId, burst, emoji] = REACTION_CURSOR.exec(cursor) ?? [];
  const text = Buffer.from(emoji ?? '', 'base64url').toString();
  // Postgres text cannot contain NUL.
  if (!isSnowflake(userId) || !isStorableId(userId) || text.includes('\0'))
    throw new AppError('REQUEST.INVALID', 'after is not a cursor of this list');
  return { emoji: text, userId, burst: burst === '1' };
}
