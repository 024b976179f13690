import type { RestReaction, RestReactionPage, RestRevision } from '@discord-relay/contracts';
import type { Querying } from './read-model.database.js';

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

const FIRST: RestReaction = { emoji: '', userId: '0' as RestReaction['userId'], burst: false };

/** Who reacted to a message with what, by emoji; `after` is what the page before gave as `next`. */
export async function listReactions(
  query: Querying,
  messageId: string,
  after: RestReaction = FIRST,
  limit: number,
): Promise<RestReactionPage> {
  const values = [messageId, after.emoji, after.userId, after.burst, limit + 1];
  const rows = await query.rows<RestReaction & object>({ name: 'reactions', text: REACTIONS, values });
  const reactions = rows.slice(0, limit);
  return { reactions, next: rows.length > limit ? reactionCursor(reactions.at(-1)!) : null };
}

const reactionCursor = ({ emoji, userId, burst }: RestReaction): string =>
  `${userId}-${burst ? 1 : 0}-${Buffer.from(emoji).toString('base64url')}`;

/** The shape of `next` of a page of reactions; other texts are refused. */
export const REACTION_CURSOR = /^(\d{1,19})-([01])-([A-Za-z0-9_-]{1,200})$/;

/** What {@link REACTION_CURSOR} matches, as the reaction it stands for. */
export function parseReactionCursor(cursor: string): RestReaction | undefined {
  const [, userId, burst, emoji] = REACTION_CURSOR.exec(cursor) ?? [];
  if (userId === undefined) return undefined;
  const text = Buffer.from(emoji!, 'base64url').toString().replaceAll('\0', '');
  return { emoji: text, userId: userId as RestReaction['userId'], burst: burst === '1' };
}
