import type { Change } from '@discord-relay/contracts';
import { type LoadedRows, type RowOp, rowsWantedBy, WorkingSet } from '../fold/index.js';
import { computed } from './data-error.js';
import type { Statement } from './database.js';
import { type Read, readsOf } from './row-reader.js';
import { parkedWrites, type ParkedRow, statementFor } from './row-writer.js';

/** What events of the log, folded, ask for. */
export type FoldedEvents = readonly { seq: number; ops: RowOp[] }[];

/** The statements that load the rows which the events touch. @throws UnprojectableError */
export const readsFor = (events: FoldedEvents): Read[] =>
  computed(() => readsOf(rowsWantedBy(events.flatMap(({ ops }) => ops))));

/**
 * What the events, in order, make of those rows: the statements that write it, with what is parked, and whom to tell what.
 * @throws UnprojectableError
 */
export function outcomeOf(
  events: FoldedEvents,
  loaded: LoadedRows,
  options: ConstructorParameters<typeof WorkingSet>[1],
  parked: ParkedRow[] = [],
): { writes: Statement[]; changes: Change[] } {
  return computed(() => {
    const rows = new WorkingSet(loaded, options);
    for (const { seq, ops } of events) for (const op of ops) rows.apply(op, seq);
    return { writes: [...rows.writes().map(statementFor), ...parkedWrites(parked)], changes: rows.changes };
  });
}
