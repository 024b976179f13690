import type { ReactionSet } from '../fold/index.js';
import type { Statement } from './database.js';

const KEY = 'message_id bigint, emoji_key text, user_id bigint, burst boolean';

const clearMessages = (ids: unknown[]): Statement => ({
  name: 'clear_reactions_of_messages',
  text: 'DELETE FROM reactions WHERE message_id = ANY($1::bigint[])',
  values: [ids],
});

const clearEmoji = (rows: unknown[]): Statement => ({
  name: 'clear_reactions_of_emoji',
  text: `DELETE FROM reactions USING json_to_recordset($1::json) AS r(message_id bigint, emoji_key text)
    WHERE reactions.message_id = r.message_id AND reactions.emoji_key = r.emoji_key`,
  values: [JSON.stringify(rows)],
});

const remove = (rows: unknown[]): Statement => ({
  name: 'remove_reactions',
  text: `DELETE FROM reactions USING json_to_recordset($1::json) AS r(${KEY})
    WHERE reactions.message_id = r.message_id AND reactions.emoji_key = r.emoji_key
      AND reactions.user_id = r.user_id AND reactions.burst = r.burst`,
  values: [JSON.stringify(rows)],
});

/** History is read beside the live stream: a message may be deleted before its counted reactions arrive. */
const add = (rows: unknown[]): Statement => ({
  name: 'add_reactions',
  text: `INSERT INTO reactions (message_id, emoji_key, user_id, burst)
    SELECT r.* FROM json_to_recordset($1::json) AS r(${KEY})
    WHERE NOT EXISTS (SELECT FROM messages WHERE id = r.message_id AND deleted_at IS NOT NULL)
    ON CONFLICT DO NOTHING`,
  values: [JSON.stringify(rows)],
});

/** In this order, and after the messages: what goes first, so that what was put back afterwards stays. */
export function reactionWrites(reactions: ReactionSet): Statement[] {
  const steps: [unknown[], (rows: unknown[]) => Statement][] = [
    [reactions.clearedMessages, clearMessages],
    [reactions.clearedEmoji, clearEmoji],
    [reactions.removed, remove],
    [reactions.added, add],
  ];
  return steps.filter(([rows]) => rows.length > 0).map(([rows, write]) => write(rows));
}
