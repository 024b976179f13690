import type { RowOf, Table } from '@discord-relay/read-model/tables';

/** Something that a batch writes. */
export type RowWrite = TableWrite | StatementWrite;

/** Rows of one table. `copy`: rows that are certainly new; `upsert`: a row that has a newer `seq` stays. */
export interface TableWrite {
  readonly kind: 'copy' | 'insert' | 'upsert';
  readonly table: Table;
  readonly rows: readonly object[];
  /** The columns that are written; all by default. */
  readonly columns?: readonly string[];
  /** Of an `insert`: what happens to a row that exists already, from ON CONFLICT on. */
  readonly onConflict?: string;
}

/** A statement of its own, where rows of a table are not the way. */
export interface StatementWrite {
  readonly kind: 'statement';
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Whether there is nothing to do. */
  readonly empty: boolean;
}

export const copy = <T extends Table, Name extends keyof RowOf<T> & string = keyof RowOf<T> & string>(
  table: T,
  rows: readonly Pick<RowOf<T>, Name>[],
  columns?: readonly Name[],
): TableWrite => ({ kind: 'copy', table, rows, columns });

export const upsert = <T extends Table>(table: T, rows: readonly RowOf<T>[]): TableWrite => ({
  kind: 'upsert',
  table,
  rows,
});

export const insert = <T extends Table>(
  table: T,
  rows: readonly RowOf<T>[],
  onConflict = '',
): TableWrite => ({ kind: 'insert', table, rows, onConflict });

/** A statement whose only parameter is a list of ids. */
export const byIds = (name: string, text: string, ids: readonly unknown[]): StatementWrite => ({
  kind: 'statement',
  name,
  text,
  values: [ids],
  empty: ids.length === 0,
});

/** A statement whose only parameter is a list of rows as JSON. */
export const byRows = (name: string, text: string, rows: readonly unknown[]): StatementWrite => ({
  kind: 'statement',
  name,
  text,
  values: [JSON.stringify(rows)],
  empty: rows.length === 0,
});

export const isEmpty = (write: RowWrite): boolean =>
  write.kind === 'statement' ? write.empty : write.rows.length === 0;
