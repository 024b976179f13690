import type { ReactionSet } from '../fold/index.js';
import type { Statement } from './database.js';

const KEY = 'message_id bigint, emoji_key text, user_id bigint, burst boolean';

/** How many reactions a statement took or put, by message and emoji. */
const COUNTED = `SELECT message_id, emoji_key, count(*) AS n, count(*) FILTER (WHERE burst) AS bursts
  FROM moved GROUP BY 1, 2`;

/**
 * Takes reactions away and counts down. The counts follow what really went and what really came: so they are the number
 * of rows, however often an event is told.
 */
const taking = (condition: string): string => `
  WITH moved AS (DELETE FROM reactions t ${condition} RETURNING t.message_id, t.emoji_key, t.burst)
  UPDATE reaction_counts c SET count = c.count - g.n, burst_count = c.burst_count - g.bursts
  FROM (${COUNTED}) g WHERE c.message_id = g.message_id AND c.emoji_key = g.emoji_key`;

const CLEAR_EMOJI = taking(`
  USING json_to_recordset($1::json) AS r(message_id bigint, emoji_key text)
  WHERE t.message_id = r.message_id AND t.emoji_key = r.emoji_key`);
const REMOVE = taking(`
  USING json_to_recordset($1::json) AS r(${KEY})
  WHERE t.message_id = r.message_id AND t.emoji_key = r.emoji_key
    AND t.user_id = r.user_id AND t.burst = r.burst`);
const ADD = `
  WITH moved AS (
    INSERT INTO reactions (message_id, emoji_key, user_id, burst)
    SELECT r.* FROM json_to_recordset($1::json) AS r(${KEY})
    ON CONFLICT DO NOTHING RETURNING message_id, emoji_key, burst)
  INSERT INTO reaction_counts AS c (message_id, emoji_key, count, burst_count) ${COUNTED}
  ON CONFLICT (message_id, emoji_key) DO UPDATE
  SET count = c.count + EXCLUDED.count, burst_count = c.burst_count + EXCLUDED.burst_count`;

const clearMessages = (ids: unknown[]): Statement[] => [
  {
    name: 'clear_reactions',
    text: 'DELETE FROM reactions WHERE message_id = ANY($1::bigint[])',
    values: [ids],
  },
  {
    name: 'clear_reaction_counts',
    text: 'DELETE FROM reaction_counts WHERE message_id = ANY($1::bigint[])',
    values: [ids],
  },
];

const written =
  (name: string, text: string) =>
  (rows: unknown[]): Statement[] => [{ name, text, values: [JSON.stringify(rows)] }];

const dropEmpty = (ids: unknown[]): Statement[] => [
  {
    name: 'drop_empty_reaction_counts',
    text: 'DELETE FROM reaction_counts WHERE message_id = ANY($1::bigint[]) AND count = 0',
    values: [ids],
  },
];

/** In this order: what goes first, so that what was put back afterwards stays. */
export function reactionWrites(reactions: ReactionSet): Statement[] {
  const { clearedMessages, clearedEmoji, removed, added } = reactions;
  const steps: [unknown[], (rows: unknown[]) => Statement[]][] = [
    [clearedMessages, clearMessages],
    [clearedEmoji, written('clear_reactions_of_emoji', CLEAR_EMOJI)],
    [removed, written('remove_reactions', REMOVE)],
    [added, written('add_reactions', ADD)],
    [[...new Set([...clearedEmoji, ...removed].map((row) => row.message_id))], dropEmpty],
  ];
  return steps.flatMap(([rows, write]) => (rows.length > 0 ? write(rows) : []));
}
