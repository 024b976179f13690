import type { Change } from '@discord-relay/contracts';
import { type LoadedRows, type RowChange, touchedBy, WorkingSet } from '../fold/index.js';
import { computed } from './data-error.js';
import type { Statement } from './database.js';
import { type Read, readsOf } from './row-reader.js';
import { type ParkedRow, writesOf } from './row-writer.js';

/** What events of the log, folded, ask for. */
export type FoldedEvents = readonly { seq: number; changes: RowChange[] }[];

/** The statements that load the rows which the events touch. @throws UnprojectableError */
export const readsFor = (events: FoldedEvents): Read[] =>
  computed(() => readsOf(touchedBy(events.flatMap(({ changes }) => changes))));

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
    for (const { seq, changes } of events) for (const change of changes) rows.apply(change, seq);
    return { writes: writesOf(rows, parked), changes: rows.changes };
  });
}
