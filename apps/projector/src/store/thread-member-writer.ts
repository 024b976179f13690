import type { ThreadMemberSet } from '../fold/index.js';
import type { Statement } from './database.js';

const ROWS = 'json_to_recordset($1::json) AS r(thread_id bigint, user_id bigint)';

/** In this order: what goes first, so that what was put back afterwards stays. */
export function threadMemberWrites({
  clearedThreads,
  leavers,
  removed,
  added,
}: ThreadMemberSet): Statement[] {
  const steps: [unknown[], Statement][] = [
    [
      clearedThreads,
      {
        name: 'clear_thread_members',
        text: 'DELETE FROM thread_members WHERE thread_id = ANY($1::bigint[])',
        values: [clearedThreads],
      },
    ],
    [
      leavers,
      {
        name: 'leave_threads',
        text: `DELETE FROM thread_members t
          USING json_to_recordset($1::json) AS r(guild_id bigint, user_id bigint), channels c
          WHERE c.guild_id = r.guild_id AND (c.type BETWEEN 10 AND 12 OR c.type IS NULL)
            AND t.thread_id = c.id AND t.user_id = r.user_id`,
        values: [JSON.stringify(leavers)],
      },
    ],
    [
      removed,
      {
        name: 'remove_thread_members',
        text: `DELETE FROM thread_members t USING ${ROWS}
          WHERE t.thread_id = r.thread_id AND t.user_id = r.user_id`,
        values: [JSON.stringify(removed)],
      },
    ],
    [
      added,
      {
        name: 'add_thread_members',
        text: `INSERT INTO thread_members SELECT r.* FROM ${ROWS} ON CONFLICT DO NOTHING`,
        values: [JSON.stringify(added)],
      },
    ],
  ];
  return steps.filter(([rows]) => rows.length > 0).map(([, statement]) => statement);
}
