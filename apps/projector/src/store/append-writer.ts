import {
  columnList,
  HOURLY_COUNTS,
  MESSAGE_REVISIONS,
  recordDefinition,
  STREAM_POSITIONS,
  type Table,
} from '@discord-relay/read-model';
import type { WorkingSet } from '../fold/index.js';
import type { Statement } from './database.js';

const insert = (table: Table, conflict = ''): ((rows: object[]) => Statement) => {
  const text = `INSERT INTO ${table.name} (${columnList(table)})
    SELECT ${columnList(table)} FROM json_to_recordset($1::json) AS r(${recordDefinition(table)}) ${conflict}`;
  return (rows) => ({ name: `append_${table.name}`, text, values: [JSON.stringify(rows)] });
};

const insertRevisions = insert(MESSAGE_REVISIONS);
const addCounts = insert(
  HOURLY_COUNTS,
  `ON CONFLICT (channel_id, hour) DO UPDATE SET messages = hourly_counts.messages + EXCLUDED.messages,
     edits = hourly_counts.edits + EXCLUDED.edits, deletions = hourly_counts.deletions + EXCLUDED.deletions,
     reactions = hourly_counts.reactions + EXCLUDED.reactions`,
);
/** An event that was parked can turn out to be the first of its hour. */
const insertPositions = insert(
  STREAM_POSITIONS,
  `ON CONFLICT (guild_id, hour) DO UPDATE SET seq = EXCLUDED.seq WHERE EXCLUDED.seq < stream_positions.seq`,
);

/**
 * What is added to tables that are never read for it. No event is added twice: the transaction moves the checkpoint
 * past it, so it is applied once, and the working set has left out what changes nothing.
 */
export function appends({ talk, positions }: WorkingSet): Statement[] {
  const steps: [object[], (rows: object[]) => Statement][] = [
    [talk.revisions.added, insertRevisions],
    [talk.hourly.rows, addCounts],
    [positions, insertPositions],
  ];
  return steps.filter(([rows]) => rows.length > 0).map(([rows, write]) => write(rows));
}

const eraseRevisions = (ids: unknown[]): Statement => ({
  name: 'erase_revisions',
  text: 'UPDATE message_revisions SET content = NULL WHERE message_id = ANY($1::bigint[])',
  values: [ids],
});

const deleteOf =
  (table: string) =>
  (ids: unknown[]): Statement => ({
    name: `erase_${table}`,
    text: `DELETE FROM ${table} WHERE message_id = ANY($1::bigint[])`,
    values: [ids],
  });

/** What deleted messages take with them. */
export function erasures({ revisions, polls }: WorkingSet['talk']): Statement[] {
  const steps: [unknown[], (ids: unknown[]) => Statement][] = [
    [revisions.erased, eraseRevisions],
    [polls.erasedMessages, deleteOf('poll_votes')],
    [polls.erasedMessages, deleteOf('poll_counts')],
  ];
  return steps.filter(([ids]) => ids.length > 0).map(([ids, write]) => write(ids));
}
