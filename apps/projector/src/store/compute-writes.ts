import type { Change, Snowflake } from '@discord-relay/contracts';
import { type LoadedRows, type RowOp, rowsRequiredBy, WorkingSet } from '../fold/index.js';
import { asUnprojectable } from './data-error.js';
import type { Statement } from './database.js';
import { type Read, readsOf } from './row-reader.js';
import { parkedWrites, type ParkedRow, statementFor } from './row-writer.js';

/** Events of the log with their row operations. */
export type FoldedEvents = readonly { seq: number; ops: RowOp[] }[];

/** The statements that load the rows that the events touch; see {@link rowsRequiredBy}. @throws UnprojectableError */
export const readsFor = (events: FoldedEvents, highestMessageId?: Snowflake): Read[] =>
  asUnprojectable(() =>
    readsOf(
      rowsRequiredBy(
        events.flatMap(({ ops }) => ops),
        highestMessageId,
      ),
    ),
  );

/**
 * Applies the events, in order, to the loaded rows. Returns the statements that write the rows and the parked events, the
 * changes to announce, and the ids of new messages.
 * @throws UnprojectableError
 */
export function computeWrites(
  events: FoldedEvents,
  loaded: LoadedRows,
  options: ConstructorParameters<typeof WorkingSet>[1],
  parked: ParkedRow[] = [],
): { writes: Statement[]; changes: Change[]; newMessageIds: Snowflake[] } {
  return asUnprojectable(() => {
    const rows = new WorkingSet(loaded, options);
    for (const { seq, ops } of events) for (const op of ops) rows.apply(op, seq);
    const writes = [...rows.writes().map(statementFor), ...parkedWrites(parked)];
    return { writes, changes: rows.changes, newMessageIds: rows.messages.rows.addedKeys() };
  });
}
