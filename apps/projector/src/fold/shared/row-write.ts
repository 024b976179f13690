import type { RowOf, Table } from '@discord-relay/read-model/tables';

/** One write of a batch. */
export type RowWrite = TableWrite | StatementWrite;

/** Rows of one table. `copy`: for rows that are certainly new; `upsert`: an existing row with a newer `seq` is kept. */
export interface TableWrite {
  readonly kind: 'copy' | 'insert' | 'upsert';
  readonly table: Table;
  readonly rows: readonly object[];
  /** The columns to write; default: all. */
  readonly columns?: readonly string[];
  /** For an `insert`: the ON CONFLICT clause. */
  readonly onConflict?: string;
}

/** A separate statement, where writing rows of one table does not suffice. */
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
