import type { Column } from './column.js';
import { columnNames, type ColumnName, type Index, type RowOf, type Table } from './table.js';

/** Reserved words among our column names must be quoted. */
const quoted = (name: string): string => (name === 'partition' ? `"${name}"` : name);

/** Column names for INSERT, SELECT and COPY, for example `id, guild_id, name`; default: all columns of the table. */
export const columnList = <T extends Table>(table: T, names: readonly ColumnName<T>[] = columnNames(table)) =>
  names.map(quoted).join(', ');

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Rest}`
  ? `${Head}${Capitalize<CamelCase<Rest>>}`
  : Name;

type DriverOf<C> = C extends Column<infer _, infer Driver> ? Driver : never;

/** A select list and the type of the rows that pg returns for it. */
export interface Selection<Row> {
  /** For example `c.guild_id AS "guildId", c.name`. */
  readonly list: string;
  /** Carries the type only; never set. */
  readonly row?: Row;
}

export type SelectedRow<S> = S extends Selection<infer Row> ? Row : never;

/** A selected row whose conditions exclude null in these columns. */
export type NonNull<Row, Names extends keyof Row> = Row & { [Name in Names]: NonNullable<Row[Name]> };

interface SelectOptions<As> {
  /** The alias of the table in FROM. */
  of?: string;
  /** Names of columns in the result that differ from the camel-case ones. */
  as?: As;
}

/** Selects columns of a table under camel-case names. */
export const select = <
  T extends Table,
  const Names extends readonly ColumnName<T>[],
  const As extends { readonly [Name in Names[number]]?: string } = Record<never, never>,
>(
  _table: T,
  names: Names,
  { of, as }: SelectOptions<As> = {},
): Selection<{
  [Name in Names[number] as ResultName<Name, As>]: DriverOf<T['columns'][Name]>;
}> => ({
  list: names.map((name: Names[number]) => selectItem(name, as?.[name] ?? camelCase(name), of)).join(', '),
});

type ResultName<Name extends string, As> = Name extends keyof As
  ? As[Name] extends string
    ? As[Name]
    : never
  : CamelCase<Name>;

function selectItem(name: string, as: string, alias: string | undefined): string {
  const from = alias ? `${alias}.${quoted(name)}` : quoted(name);
  return as === name ? from : `${from} AS "${as}"`;
}

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Names and types as `json_to_recordset` needs them, for example `id bigint, name text`. */
export const recordDefinition = <T extends Table>(
  table: T,
  names: readonly ColumnName<T>[] = columnNames(table),
): string => names.map((name) => `${quoted(name)} ${unconstrained(table.columns[name]!.sql)}`).join(', ');

const unconstrained = (sql: string): string => sql.replace(/\(\d+\)/, '');

/** Converts what the driver returns (times as Date, every bigint as a string) into rows of the table's type. */
export function rowReader<T extends Table>(table: T): (raw: Record<string, unknown>) => RowOf<T> {
  const times = namesWith(table, 'time');
  const numbers = namesWith(table, 'number');
  return (raw) => {
    const row: Record<string, unknown> = { ...raw };
    for (const name of times) if (row[name] instanceof Date) row[name] = row[name].toISOString();
    for (const name of numbers) if (typeof row[name] === 'string') row[name] = Number(row[name]);
    return row as RowOf<T>;
  };
}

const namesWith = (table: Table, codec: Column['codec']): string[] =>
  columnNames(table).filter((name) => table.columns[name]!.codec === codec);

/** DDL that creates the table as described; migrations are compared with it. */
export function createTableSql(table: Table): string[] {
  const { name, key, constraints, storage, partitionBy } = table;
  const parts = [
    ...columnNames(table).map((column) => columnSql(column, table.columns[column]!)),
    ...(key.length > 0 ? [`PRIMARY KEY (${key.map(quoted).join(', ')})`] : []),
    ...constraints,
  ];
  const partitioning = partitionBy ? ` PARTITION BY ${partitionBy}` : '';
  const parameters = storage ? ` WITH (${storage})` : '';
  return [
    `CREATE TABLE ${name} (${parts.join(', ')})${partitioning}${parameters}`,
    ...table.indexes.map((index) => indexSql(table, index)),
  ];
}

function columnSql(name: string, { sql, nullable, collation, generated, ...column }: Column): string {
  return [
    quoted(name),
    sql,
    collation && `COLLATE ${collation}`,
    generated && 'GENERATED ALWAYS AS IDENTITY',
    !nullable && 'NOT NULL',
    column.default !== undefined && `DEFAULT ${column.default}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function indexSql({ name: table }: Table, { name, on, where, unique }: Index): string {
  const condition = where ? ` WHERE ${where}` : '';
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON ${table} (${on})${condition}`;
}
