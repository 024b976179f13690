import type { Snowflake } from '@discord-relay/contracts';
import { byIds, byRows, type RowWrite } from '../shared/row-write.js';
import type { ReactionRow } from '../shared/rows.js';

/** The final state of the reactions that a batch's events name. */
interface FinalState {
  clearedMessages: Snowflake[];
  replacedImports: Snowflake[];
  clearedEmoji: Pick<ReactionRow, 'message_id' | 'emoji_key'>[];
  confirmed: ReactionRow[];
  removed: ReactionRow[];
  added: ReactionRow[];
}

const KEY = 'message_id bigint, emoji_key text, user_id bigint, burst boolean';

/** The number of reactions that a statement removed or added, by message and emoji. */
const COUNTED = `SELECT message_id, emoji_key, count(*) AS n, count(*) FILTER (WHERE burst) AS bursts
  FROM moved GROUP BY 1, 2`;

/**
 * Removes reactions and decrements counts. Counts change by the rows really removed and added, so they equal the number of
 * rows, however often an event is repeated.
 */
const taking = (condition: string): string => `
  WITH moved AS (DELETE FROM reactions t ${condition} RETURNING t.message_id, t.emoji_key, t.burst)
  UPDATE reaction_counts c SET count = c.count - g.n, burst_count = c.burst_count - g.bursts
  FROM (${COUNTED}) g WHERE c.message_id = g.message_id AND c.emoji_key = g.emoji_key`;

const CLEAR_EMOJI = taking(`
  USING json_to_recordset($1::json) AS r(message_id bigint, emoji_key text)
  WHERE t.message_id = r.message_id AND t.emoji_key = r.emoji_key`);
const CLEAR_IMPORTED = taking('WHERE t.message_id = ANY($1::bigint[]) AND t.imported');
const CONFIRM = `
  UPDATE reactions t SET imported = false FROM json_to_recordset($1::json) AS r(${KEY})
  WHERE t.message_id = r.message_id AND t.emoji_key = r.emoji_key AND t.user_id = r.user_id AND t.burst = r.burst`;
const REMOVE = taking(`
  USING json_to_recordset($1::json) AS r(${KEY})
  WHERE t.message_id = r.message_id AND t.emoji_key = r.emoji_key
    AND t.user_id = r.user_id AND t.burst = r.burst`);
const ADD = `
  WITH moved AS (
    INSERT INTO reactions (message_id, emoji_key, user_id, burst, imported)
    SELECT r.* FROM json_to_recordset($1::json) AS r(${KEY}, imported boolean)
    ON CONFLICT DO NOTHING RETURNING message_id, emoji_key, burst)
  INSERT INTO reaction_counts AS c (message_id, emoji_key, count, burst_count) ${COUNTED}
  ON CONFLICT (message_id, emoji_key) DO UPDATE
  SET count = c.count + EXCLUDED.count, burst_count = c.burst_count + EXCLUDED.burst_count`;

const OF_MESSAGES = 'WHERE message_id = ANY($1::bigint[])';

/** Removals come first, so that a reaction that was added again stays. */
export function reactionWrites(reactions: FinalState): RowWrite[] {
  const { clearedMessages, replacedImports, clearedEmoji, removed, added, confirmed } = reactions;
  const named = [...clearedEmoji, ...removed].map((row) => row.message_id);
  const counted = new Set([...replacedImports, ...named]);
  return [
    byIds('clear_reactions', `DELETE FROM reactions ${OF_MESSAGES}`, clearedMessages),
    byIds('clear_reaction_counts', `DELETE FROM reaction_counts ${OF_MESSAGES}`, clearedMessages),
    byIds('clear_imported_reactions', CLEAR_IMPORTED, replacedImports),
    byRows('clear_reactions_of_emoji', CLEAR_EMOJI, clearedEmoji),
    byRows('remove_reactions', REMOVE, removed),
    byRows('confirm_reactions', CONFIRM, confirmed),
    byRows('add_reactions', ADD, added),
    byIds('drop_empty_reaction_counts', `DELETE FROM reaction_counts ${OF_MESSAGES} AND count = 0`, [
      ...counted,
    ]),
  ];
}
