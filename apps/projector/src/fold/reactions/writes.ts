import type { Snowflake } from '@discord-relay/contracts';
import { PAST_REACTIONS } from '@discord-relay/read-model/tables';
import { byIds, byRows, copy, type RowWrite } from '../shared/row-write.js';
import type { PastReactionRow, ReactionRow } from '../shared/rows.js';

/** All reactions from before the batch that fit, and still exist then, end. */
export interface ClearedReactions {
  message_id: Snowflake;
  /** null: with any emoji. */
  emoji_key: string | null;
  /** Only those that an import supplied. */
  imported: boolean;
  until_seq: number;
}

/** A reaction from before the batch; if there is none, nothing ends. */
export type EndedReaction = ReactionRow & { until_seq: number };

/** The final state of the reactions that a batch's events name, and the reactions that they removed. */
interface FinalState {
  /** Imported reactions that were observed now. */
  confirmed: ReactionRow[];
  ended: EndedReaction[];
  cleared: ClearedReactions[];
  added: (ReactionRow & { seq: number })[];
  past: PastReactionRow[];
  /** Deleted messages, of which nothing stays. */
  erased: Snowflake[];
}

const KEY = 'message_id bigint, emoji_key text, user_id bigint, burst boolean';
const COLUMNS = 'message_id, emoji_key, user_id, burst';
const SAME =
  't.message_id = r.message_id AND t.emoji_key = r.emoji_key AND t.user_id = r.user_id AND t.burst = r.burst';

/** The number of reactions that a statement removed or added, by message and emoji. */
const COUNTED = `SELECT message_id, emoji_key, count(*) AS n, count(*) FILTER (WHERE burst) AS bursts
  FROM moved GROUP BY 1, 2`;

/**
 * Removes reactions, keeps when they existed, and decrements counts. Counts change by the rows really removed and added, so they
 * equal the number of rows, however often an event is repeated.
 */
const taking = (condition: string): string => `
  WITH moved AS (DELETE FROM reactions t ${condition} RETURNING t.*, r.until_seq),
  kept AS (
    INSERT INTO past_reactions (${COLUMNS}, seq, until_seq) SELECT ${COLUMNS}, seq, until_seq FROM moved)
  UPDATE reaction_counts c SET count = c.count - g.n, burst_count = c.burst_count - g.bursts
  FROM (${COUNTED}) g WHERE c.message_id = g.message_id AND c.emoji_key = g.emoji_key`;

/** Of several events that remove a reaction, the first one ends it. */
const CLEAR = taking(`
  USING (
    SELECT each.message_id, each.emoji_key, each.user_id, each.burst, min(c.until_seq) AS until_seq
    FROM json_to_recordset($1::json) AS c(message_id bigint, emoji_key text, imported boolean, until_seq bigint)
    JOIN reactions each ON each.message_id = c.message_id AND (c.emoji_key IS NULL OR each.emoji_key = c.emoji_key)
      AND (each.imported OR NOT c.imported)
    GROUP BY 1, 2, 3, 4) r
  WHERE ${SAME}`);
const CONFIRM = `
  UPDATE reactions t SET imported = false FROM json_to_recordset($1::json) AS r(${KEY}) WHERE ${SAME}`;
const REMOVE = taking(`USING json_to_recordset($1::json) AS r(${KEY}, until_seq bigint) WHERE ${SAME}`);
const ADD = `
  WITH moved AS (
    INSERT INTO reactions (${COLUMNS}, imported, seq)
    SELECT r.* FROM json_to_recordset($1::json) AS r(${KEY}, imported boolean, seq bigint)
    ON CONFLICT DO NOTHING RETURNING message_id, emoji_key, burst)
  INSERT INTO reaction_counts AS c (message_id, emoji_key, count, burst_count) ${COUNTED}
  ON CONFLICT (message_id, emoji_key) DO UPDATE
  SET count = c.count + EXCLUDED.count, burst_count = c.burst_count + EXCLUDED.burst_count`;

const OF_MESSAGES = 'WHERE message_id = ANY($1::bigint[])';

/** Removals come first, those of single reactions before the others, so that a reaction that was added again stays. */
export function reactionWrites({ confirmed, ended, cleared, added, past, ...rest }: FinalState): RowWrite[] {
  const erased = new Set(rest.erased);
  const stays = <Row extends { message_id: Snowflake }>(rows: Row[]) =>
    rows.filter(({ message_id }) => !erased.has(message_id));
  const counted = new Set([...cleared, ...ended].map((row) => row.message_id));
  return [
    byIds('erase_reactions', `DELETE FROM reactions ${OF_MESSAGES}`, [...erased]),
    byIds('erase_reaction_counts', `DELETE FROM reaction_counts ${OF_MESSAGES}`, [...erased]),
    byIds('erase_past_reactions', `DELETE FROM past_reactions ${OF_MESSAGES}`, [...erased]),
    byRows('confirm_reactions', CONFIRM, stays(confirmed)),
    byRows('remove_reactions', REMOVE, stays(ended)),
    byRows('clear_reactions', CLEAR, stays(cleared)),
    byRows('add_reactions', ADD, stays(added)),
    copy(PAST_REACTIONS, stays(past)),
    byIds('drop_empty_reaction_counts', `DELETE FROM reaction_counts ${OF_MESSAGES} AND count = 0`, [
      ...counted,
    ]),
  ];
}
