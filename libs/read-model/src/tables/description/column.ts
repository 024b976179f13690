import type { Snowflake } from '@discord-relay/contracts';

/** How a value that the driver returns becomes the value that a row holds. */
export type Codec = 'as is' | 'number' | 'time';

/**
 * One column of a table. `Value` is what a row holds: times as ISO 8601 (UTC, milliseconds), ids as strings. `Driver` is
 * what pg returns for it.
 */
export interface Column<Value = unknown, Driver = Value> {
  /** The type as DDL spells it, for example `bigint` or `text[]`. */
  readonly sql: string;
  readonly nullable: boolean;
  readonly codec: Codec;
  /** Description for readers of the schema; docs/read-model.md prints it. */
  readonly meaning: string;
  /** Default as DDL spells it. */
  readonly default?: string;
  /** Collation as DDL spells it; absent: that of the database. */
  readonly collation?: string;
  /** The database assigns the value (identity column). */
  readonly generated?: boolean;
  /** Carries the types only; never set. */
  readonly types?: { value: Value; driver: Driver };
}

type ColumnOptions = Pick<Column, 'default' | 'collation' | 'generated'>;

const column = <Value, Driver = Value>(
  sql: string,
  codec: Codec,
  meaning: string,
  options?: ColumnOptions,
): Column<Value, Driver> => ({
  sql,
  nullable: false,
  codec,
  meaning,
  ...options,
});

/** A Discord id: unsigned 64-bit at Discord, signed here, a string in TypeScript. */
export const snowflake = (meaning = ''): Column<Snowflake> => column('bigint', 'as is', meaning);

export const snowflakes = (meaning = ''): Column<Snowflake[]> => column('bigint[]', 'as is', meaning);

/** A 64-bit count below 2^53, such as a stream sequence: a number in TypeScript. */
export const bigCount = (meaning = '', options?: ColumnOptions): Column<number, string> =>
  column('bigint', 'number', meaning, options);

export const int = (meaning = '', options?: ColumnOptions): Column<number> =>
  column('int', 'as is', meaning, options);

export const bool = (meaning = '', options?: ColumnOptions): Column<boolean> =>
  column('boolean', 'as is', meaning, options);

export const text = <Value extends string = string>(meaning = '', options?: ColumnOptions): Column<Value> =>
  column('text', 'as is', meaning, options);

/** Text that is compared and sorted byte by byte, as `=` and `<` do in TypeScript. */
export const key = <Value extends string = string>(meaning = ''): Column<Value> =>
  text(meaning, { collation: '"C"' });

export const texts = <Value extends string = string>(
  meaning = '',
  options?: ColumnOptions,
): Column<Value[]> => column('text[]', 'as is', meaning, options);

/** A time; in TypeScript ISO 8601 (UTC, milliseconds). */
export const time = (meaning = '', options?: ColumnOptions): Column<string, Date> =>
  column('timestamptz', 'time', meaning, options);

/** An unsigned 64-bit set of flags in decimal. */
export const bitset = (meaning = ''): Column<string> => column('numeric(20)', 'as is', meaning);

/** JSON that Postgres parses; it keeps neither the order of keys nor white space. */
export const jsonb = <Value>(meaning = ''): Column<Value> => column('jsonb', 'as is', meaning);

/** JSON that is stored as it was written, and only read as a whole. */
export const json = <Value>(meaning = ''): Column<Value> => column('json', 'as is', meaning);

export const uuid = (meaning = '', options?: ColumnOptions): Column<string> =>
  column('uuid', 'as is', meaning, options);

export const bytes = (meaning = ''): Column<Buffer> => column('bytea', 'as is', meaning);

/** The column may be null; its description says what null means. */
export const nullable = <Value, Driver>(of: Column<Value, Driver>): Column<Value | null, Driver | null> => ({
  ...(of as Column<Value | null, Driver | null>),
  nullable: true,
});

/** The sequence that every row of a folded table has. */
export const lastSeq = (): Column<number, string> =>
  bigCount('Stream sequence of the newest event that counts in the row.');
