import { EXPORT_COLUMNS, type ExportColumnName, type ExportColumnType } from '@discord-relay/contracts';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ExportedRow, RowEncoder } from './row-encoder.js';

/** A row group is in memory until it is complete. */
const GROUP_MAX_ROWS = 50_000;
const GROUP_MAX_BYTES = 33_554_432;
const INITIAL_BYTES = 1_048_576;

/** Absent values are undefined: the writer would take null in a JSON column for the JSON value. */
type Value = bigint | number | boolean | object | undefined;

/** Types as DuckDB reads them: BIGINT, INTEGER, BOOLEAN, VARCHAR, TIMESTAMP WITH TIME ZONE, JSON. */
const TYPES: Record<ExportColumnType, Omit<SchemaElement, 'name'>> = {
  id: { type: 'INT64' },
  sequence: { type: 'INT64' },
  integer: { type: 'INT32' },
  boolean: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  time: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
};

/** Texts are encoded here, because statistics of strings would follow the order of UTF-16, and readers skip rows by them. */
const CONVERSIONS: Record<ExportColumnType, (value: unknown) => Value> = {
  id: (value) => BigInt(value as string),
  sequence: (value) => BigInt(value as number),
  integer: (value) => value as number,
  boolean: (value) => value as boolean,
  text: (value) => Buffer.from(value as string),
  time: (value) => BigInt(Date.parse(value as string)),
  json: (value) => value as object,
};

const SCHEMA: SchemaElement[] = [
  { name: 'message', num_children: EXPORT_COLUMNS.length },
  ...EXPORT_COLUMNS.map(({ name, type }): SchemaElement => ({
    name,
    repetition_type: 'OPTIONAL',
    ...TYPES[type],
  })),
];
/** Rows are ordered by channel, so that these are mostly the same as in the row before: the same object, converted once. */
const REPEATED: ReadonlySet<ExportColumnName> = new Set([
  'guild_id',
  'channel_id',
  'channel_name',
  'parent_id',
]);

/** A conversion that remembers its latest result. */
function repeating(convert: (value: unknown) => Value): (value: unknown) => Value {
  let latest: unknown;
  let result: Value;
  return (value) => {
    if (value !== latest) {
      latest = value;
      result = convert(value);
    }
    return result;
  };
}

const CONVERT = EXPORT_COLUMNS.map(({ name, type }) =>
  REPEATED.has(name) ? repeating(CONVERSIONS[type]) : CONVERSIONS[type],
);

/** Apache Parquet with Snappy, one row group after the other. */
export class ParquetEncoder implements RowEncoder {
  private readonly bytes = new ByteWriter(INITIAL_BYTES);
  private readonly parquet = new ParquetWriter({ writer: this.bytes, schema: SCHEMA });
  private columns = emptyColumns();
  private groupRows = 0;
  private groupBytes = 0;

  add(rows: readonly ExportedRow[]): Uint8Array {
    for (const row of rows) {
      this.addRow(row);
      if (this.groupRows >= GROUP_MAX_ROWS || this.groupBytes >= GROUP_MAX_BYTES) this.writeGroup();
    }
    return this.takeBytes();
  }

  end(): Uint8Array {
    if (this.groupRows > 0) this.writeGroup();
    void this.parquet.finish();
    return this.takeBytes();
  }

  private addRow(row: ExportedRow): void {
    this.groupRows += 1;
    for (let i = 0; i < CONVERT.length; i++) {
      const value = row[i] === null ? undefined : CONVERT[i]!(row[i]);
      if (typeof value === 'object') this.groupBytes += sizeOf(value);
      this.columns[i]!.push(value);
    }
  }

  private writeGroup(): void {
    const columnData = EXPORT_COLUMNS.map(({ name, type }, i) => ({
      name,
      data: this.columns[i]!,
      // Objects are never equal, so that a dictionary of them saves nothing.
      ...(type === 'json' && { encoding: 'PLAIN' as const }),
    }));
    void this.parquet.write({ columnData, rowGroupSize: this.groupRows });
    this.columns = emptyColumns();
    this.groupRows = 0;
    this.groupBytes = 0;
  }

  private takeBytes(): Uint8Array {
    const chunk = Buffer.from(this.bytes.getBytes());
    this.bytes.index = 0;
    return chunk;
  }
}

const sizeOf = (value: object): number =>
  value instanceof Uint8Array ? value.length : JSON.stringify(value).length;

const emptyColumns = (): Value[][] => EXPORT_COLUMNS.map(() => []);
