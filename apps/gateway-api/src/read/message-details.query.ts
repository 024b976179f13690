import {
  AppError,
  emojiOfKey,
  isSnowflake,
  type RestReactionPage,
  type RestRevision,
  type Snowflake,
} from '@discord-relay/contracts';
import { isStorableId } from '../database/storable-id.js';
import type { Querying } from '../database/read-model.database.js';

interface RevisionRow {
  revision: number;
  content: string | null;
  editedAt: Date | null;
  seq: string;
}

/** A row of the past lacks the present, which is in `messages`. */
const REVISIONS = `
  SELECT revision, content, edited_at AS "editedAt", seq FROM message_revisions WHERE message_id = $1
  UNION ALL
  SELECT revision, content, edited_at, coalesce(content_seq, seq) FROM messages WHERE id = $1
  ORDER BY revision`;

/** Everything that a message has said, oldest first; the last is what it says now. */
export async function listRevisions(query: Querying, messageId: string): Promise<RestRevision[]> {
  const rows = await query.rows<RevisionRow>({ name: 'revisions', text: REVISIONS, values: [messageId] });
  return rows.map(({ revision, content, editedAt, seq }) => ({
    revision,
    content,
    editedAt: editedAt?.toISOString() ?? null,
    seq: Number(seq),
  }));
}

const REACTIONS = `
  SELECT emoji_key AS emoji, user_id AS "userId", burst FROM reactions
  WHERE message_id = $1 AND (emoji_key, user_id, burst) > ($2 COLLATE "C", $3::bigint, $4::boolean)
  ORDER BY emoji_key, user_id, burst LIMIT $5`;

interface ReactionRow {
  emoji: string;
  userId: Snowflake;
  burst: boolean;
}

const FIRST: ReactionRow = { emoji: '', userId: '0' as Snowflake, burst: false };

/** Who reacted to a message with what, by emoji; `after` is what the page before gave as `next`. */
export async function listReactions(
  query: Querying,
  messageId: string,
  after: string | undefined,
  limit: number,
): Promise<RestReactionPage> {
  const { emoji, userId, burst } = after === undefined ? FIRST : parseCursor(after);
  const values = [messageId, emoji, userId, burst, limit + 1];
  const rows = await query.rows<ReactionRow & object>({ name: 'reactions', text: REACTIONS, values });
  const reactions = rows.slice(0, limit);
  const next = rows.length > limit ? cursorOf(reactions.at(-1)!) : null;
  return { reactions: reactions.map((each) => ({ ...each, emoji: emojiOfKey(each.emoji) })), next };
}

/** The shape of `next` of a page of reactions. */
export const REACTION_CURSOR = /^(\d{1,19})-([01])-([A-Za-z0-9_-]{1,200})$/;

const cursorOf = ({ emoji, userId, burst }: ReactionRow): string =>
  `${userId}-${burst ? 1 : 0}-${Buffer.from(emoji).toString('base64url')}`;

/** @throws AppError `REQUEST.INVALID` */
function parseCursor(cursor: string): ReactionRow {
  const [, userId, burst, emoji] = REACTION_CURSOR.exec(cursor) ?? [];
  const text = Buffer.from(emoji ?? '', 'base64url').toString();
  // Postgres holds no NUL in a text.
  if (!isSnowflake(userId) || !isStorableId(userId) || text.includes('\0'))
    throw new AppError('REQUEST.INVALID', 'after is no cursor of this list');
  return { emoji: text, userId, burst: burst === '1' };
}
