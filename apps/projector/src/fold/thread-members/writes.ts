import type { Snowflake } from '@discord-relay/contracts';
import { byIds, byRows, type RowWrite } from '../shared/row-write.js';
import type { MemberRow } from '../shared/rows.js';

interface FinalState {
  clearedThreads: Snowflake[];
  leavers: Pick<MemberRow, 'guild_id' | 'user_id'>[];
  removed: { thread_id: Snowflake; user_id: Snowflake }[];
  added: { thread_id: Snowflake; user_id: Snowflake; seq: number }[];
}

const ROWS = 'json_to_recordset($1::json) AS r(thread_id bigint, user_id bigint)';
const CLEAR = 'DELETE FROM thread_members WHERE thread_id = ANY($1::bigint[])';
const LEAVE = `
  DELETE FROM thread_members t
  USING json_to_recordset($1::json) AS r(guild_id bigint, user_id bigint), channels c
  WHERE c.guild_id = r.guild_id AND (c.type BETWEEN 10 AND 12 OR c.type IS NULL)
    AND t.thread_id = c.id AND t.user_id = r.user_id`;
const REMOVE = `DELETE FROM thread_members t USING ${ROWS} WHERE t.thread_id = r.thread_id AND t.user_id = r.user_id`;
const ADD = `
  INSERT INTO thread_members (thread_id, user_id, seq)
  SELECT r.* FROM json_to_recordset($1::json) AS r(thread_id bigint, user_id bigint, seq bigint) ON CONFLICT DO NOTHING`;

/** Removals come first, so that a member who was added again stays. */
export const threadMemberWrites = ({ clearedThreads, leavers, removed, added }: FinalState): RowWrite[] => [
  byIds('clear_thread_members', CLEAR, clearedThreads),
  byRows('leave_threads', LEAVE, leavers),
  byRows('remove_thread_members', REMOVE, removed),
  byRows('add_thread_members', ADD, added),
];
