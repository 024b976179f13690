import {
  columnList,
  columnNames,
  recordDefinition,
  PARKED,
  type RowOf,
  type Table,
} from '@discord-relay/read-model';
import type { RowWrite, TableWrite } from '../fold/index.js';
import { copyInto } from './copy-rows.js';
import type { Statement } from './database.js';

type Write = (rows: readonly object[]) => Statement;

/** The statement for one write of a batch. */
export function statementFor(write: RowWrite): Statement {
  if (write.kind !== 'statement') return preparedWrite(write)(write.rows);
  const { name, text, values } = write;
  return { name, text, values: [...values] };
}

const prepared = new Map<string, Write>();

/** Caches the writers by table and kind, because their SQL is long. */
function preparedWrite(write: TableWrite): Write {
  const key = `${write.kind} ${write.table.name}`;
  let made = prepared.get(key);
  if (!made) prepared.set(key, (made = writerOf(write)));
  return made;
}

function writerOf({ kind, table, columns, onConflict }: TableWrite): Write {
  if (kind === 'copy') return copyInto(table, columns);
  if (kind === 'upsert') return inserter(`upsert_${table.name}`, table, replacement(table));
  return inserter(`insert_${table.name}`, table, onConflict);
}

function inserter(name: string, table: Table, onConflict = ''): Write {
  const text = `INSERT INTO ${table.name} (${columnList(table)})
    SELECT ${columnList(table)} FROM json_to_recordset($1::json) AS r(${recordDefinition(table)}) ${onConflict}`;
  return (rows) => ({ name, text, values: [JSON.stringify(rows)] });
}

/** The conflict clause of an upsert. It does not replace a newer row, so `seq` never decreases. */
function replacement(table: Table): string {
  const { name, key } = table;
  const assignments = columnNames(table).map((column) => `${column} = EXCLUDED.${column}`);
  return `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${assignments.join(', ')} WHERE ${name}.seq < EXCLUDED.seq`;
}

/** A parked event with the reason. */
export type ParkedRow = Omit<RowOf<typeof PARKED>, 'parked_at'>;

const PARKED_COLUMNS = columnNames(PARKED).filter((name) => name !== 'parked_at');

/** The statements that park events; none without events. */
export function parkedWrites(rows: readonly ParkedRow[]): Statement[] {
  if (rows.length === 0) return [];
  const text = `INSERT INTO parked (${columnList(PARKED, PARKED_COLUMNS)})
    SELECT * FROM json_to_recordset($1::json) AS r(${recordDefinition(PARKED, PARKED_COLUMNS)})
    ON CONFLICT (stream_seq) DO NOTHING`;
  return [{ name: 'insert_parked', text, values: [JSON.stringify(rows)] }];
}
