type Row = Record<string, unknown>;

/** More digits than a number holds exactly: an id. */
const ID = /^\d{16,}$/;
const NUMBER = /^-?\d+(\.\d+)?$/;
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?\+00(:00)?$/;

/** Rows of Postgres (as text) or DuckDB (as JSON) with values that can be compared: numbers, ids as text, and times in ISO 8601. */
export const plainRows = (rows: readonly Row[]): Row[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));

function plain(value: unknown): unknown {
  if (typeof value !== 'string' || ID.test(value)) return value;
  if (NUMBER.test(value)) return Number(value);
  const time = TIME.exec(value);
  return time ? new Date(`${time[1]}T${time[2]}${time[3] ?? ''}Z`).toISOString() : value;
}
