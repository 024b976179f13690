import type { Column } from './column.js';

export type Columns = Readonly<Record<string, Column>>;

export interface Index {
  readonly name: string;
  /** Columns or expressions as DDL spells them, for example `channel_id, id DESC`. */
  readonly on: string;
  /** Condition of a partial index. */
  readonly where?: string;
  readonly unique?: boolean;
}

/** The complete description of a table. Row types, statements, TypeORM's schemas and docs/read-model.md are derived from it. */
export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly meaning: string;
  /** Columns of the primary key; empty for a table without one. */
  readonly key: readonly string[];
  /** Columns that identify a row where no constraint can; absent: those of `key`. */
  readonly identity?: readonly string[];
  /** In the order in which rows are read and written. */
  readonly columns: C;
  readonly indexes: readonly Index[];
  /** Further constraints, storage parameters and partitioning as DDL spells them. */
  readonly constraints: readonly string[];
  readonly storage?: string;
  readonly partitionBy?: string;
}

type Definition<C extends Columns> = Pick<Table<C>, 'name' | 'meaning' | 'columns'> &
  Partial<Pick<Table<C>, 'indexes' | 'constraints' | 'storage' | 'partitionBy' | 'identity'>> & {
    readonly key: readonly (keyof C & string)[];
  };

export const defineTable = <C extends Columns>(definition: Definition<C>): Table<C> => ({
  indexes: [],
  constraints: [],
  ...definition,
});

type ValueOf<C> = C extends Column<infer Value, infer _> ? Value : never;

/** A row of a table with its column names as keys. */
export type RowOf<T extends Table> = { -readonly [Name in keyof T['columns']]: ValueOf<T['columns'][Name]> };

export type ColumnName<T extends Table> = keyof T['columns'] & string;

export const columnNames = <T extends Table>(table: T): ColumnName<T>[] => Object.keys(table.columns);
