import { EntitySchema, type EntitySchemaColumnOptions, type ValueTransformer } from 'typeorm';
import type { Codec, Column } from './column.js';
import { columnNames, type RowOf, type Table } from './table.js';

const TRANSFORMERS: Readonly<Record<Codec, ValueTransformer | undefined>> = {
  'as is': undefined,
  number: {
    to: (value: number | null) => value,
    from: (value: string | null) => (value === null ? null : Number(value)),
  },
  time: {
    to: (value: string | null) => value,
    from: (value: Date | null) => value?.toISOString() ?? null,
  },
};

/** TypeORM's description of a table, whose rows have the type {@link RowOf}. */
export const entitySchema = <T extends Table>(table: T): EntitySchema<RowOf<T>> =>
  new EntitySchema<RowOf<T>>({
    name: table.name,
    tableName: table.name,
    columns: Object.fromEntries(
      columnNames(table).map((name) => [
        name,
        columnOptions(table.columns[name]!, (table.identity ?? table.key).includes(name)),
      ]),
    ) as never,
  });

function columnOptions(column: Column, primary: boolean): EntitySchemaColumnOptions {
  const { sql, nullable, codec, generated } = column;
  const [, type, array] = /^(\w+)(?:\(\d+\))?(\[\])?$/.exec(sql)!;
  return {
    type: type as EntitySchemaColumnOptions['type'],
    array: array !== undefined,
    nullable,
    primary,
    transformer: TRANSFORMERS[codec],
    ...(column.default !== undefined && { default: () => column.default! }),
    ...(generated && { generated: 'increment' as const }),
  };
}
