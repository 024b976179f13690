import { columnList, rowReader } from '@discord-relay/read-model';
import type { QueryResult } from 'pg';
import { LoadedRows, type RequiredRows } from '../fold/index.js';
import type { Statement } from './database.js';

type Query = ReturnType<RequiredRows['queries']>[number];

/** A statement that loads rows, and the query of a fold that it implements. */
export interface Read {
  readonly read: Query['read'];
  readonly statement: Statement;
}

/** The statements that load the rows of the given keys. */
export const readsOf = (required: RequiredRows): Read[] =>
  required.queries().map(({ read, parameters }) => ({
    read,
    statement: { name: read.name, text: preparedRead(read).text, values: parameters },
  }));

/** The rows that the answers to {@link readsOf} hold, in the same order. */
export function loadedRows(reads: readonly Read[], answers: readonly QueryResult[]): LoadedRows {
  const loaded = new LoadedRows();
  reads.forEach(({ read }, i) => {
    const rows = answers[i]!.rows as Record<string, unknown>[];
    loaded.add(read, rows.map(preparedRead(read).toRow));
  });
  return loaded;
}

interface PreparedRead {
  readonly text: string;
  readonly toRow: (raw: Record<string, unknown>) => unknown;
}

const prepared = new Map<Query['read'], PreparedRead>();

/** Caches the SQL and the row reader of a query. */
function preparedRead(read: Query['read']): PreparedRead {
  let made = prepared.get(read);
  if (!made) {
    const { table, columns, where, from = table.name } = read;
    made = {
      text: `SELECT ${columnList(table, columns)} FROM ${from} WHERE ${where}`,
      toRow: rowReader(table),
    };
    prepared.set(read, made);
  }
  return made;
}
