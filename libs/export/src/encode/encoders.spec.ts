import { EXPORT_COLUMNS, type ExportColumnName } from '@discord-relay/contracts';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { createEncoder } from './encoder.js';
import type { ExportedRow } from './row-encoder.js';
import { ROW_FORMATS, type RowFormat } from '../request.js';

const rowOf = (values: Partial<Record<ExportColumnName, unknown>>): ExportedRow =>
  EXPORT_COLUMNS.map(({ name }) => values[name] ?? null);

const ROWS = [
  rowOf({
    id: '9007199254740993',
    content: '',
    created_at: '2026-01-01T00:00:00.001Z',
    seq: 1,
    author_bot: false,
  }),
  rowOf({
    id: '9223372036854775807',
    content: 'a "b", c\r\nd',
    reactions: [{ emoji: '👍', count: 1 }],
    type: 19,
  }),
  ...Array.from({ length: 2_000 }, (_, n) =>
    rowOf({ id: String(n), content: n % 2 ? '\u{1F600}' : '\uFFFD' }),
  ),
];

/** Every message has an author and a time, which the format dce relies on. */
const withAuthor = (row: ExportedRow): ExportedRow =>
  EXPORT_COLUMNS.map(({ name }, i) =>
    name === 'author_id' ? '7' : name === 'created_at' ? '2026-01-01T00:00:00.000Z' : row[i],
  );

function encode(format: RowFormat, chunks: (readonly ExportedRow[])[]): Buffer {
  const encoder = createEncoder[format]();
  return Buffer.concat([...chunks.map((rows) => encoder.add(rows)), encoder.end()]);
}

it.each(ROW_FORMATS)('%s files do not depend on how the rows are divided', (format) => {
  const rows = ROWS.map((row) => (format === 'dce' ? withAuthor(row) : row));
  const whole = encode(format, [rows]);
  const divided = encode(format, [rows.slice(0, 1), [], rows.slice(1, 1_700), rows.slice(1_700)]);
  expect(divided.equals(whole)).toBe(true);
});

it('NDJSON has an object with every column per line, with ids as strings', () => {
  const lines = encode('ndjson', [ROWS.slice(0, 2)])
    .toString()
    .split('\n');
  const [first, second, rest] = lines;
  expect(JSON.parse(first!)).toMatchObject({ id: '9007199254740993', content: '', author_name: null });
  expect(Object.keys(JSON.parse(second!) as object)).toEqual(EXPORT_COLUMNS.map(({ name }) => name));
  expect([lines.length, rest]).toEqual([3, '']);
});

it('CSV quotes what needs quotes, and distinguishes an empty text from null', () => {
  const text = encode('csv', [ROWS.slice(0, 2)]).toString();
  expect(text.startsWith(`${EXPORT_COLUMNS.map(({ name }) => name).join(',')}\r\n9007199254740993,`)).toBe(
    true,
  );
  expect(text).toContain(',"a ""b"", c\r\nd",');
  expect(text).toContain('"[{""emoji"":""👍"",""count"":1}]"');
  expect(text).toContain(',,"",,');
  expect(encode('csv', []).toString()).toMatch(/^id,.*,seq\r\n$/);
});

it('Parquet keeps ids exactly, and its statistics follow the order of bytes', async () => {
  const bytes = encode('parquet', [ROWS]);
  const file = new Uint8Array(bytes).buffer;
  const rows = await parquetReadObjects({ file, rowEnd: 2 });
  expect(rows[0]).toMatchObject({
    id: 9_007_199_254_740_993n,
    content: '',
    created_at: new Date('2026-01-01T00:00:00.001Z'),
  });
  expect(rows[1]).toMatchObject({
    id: 9_223_372_036_854_775_807n,
    type: 19,
    reactions: [{ emoji: '👍', count: 1 }],
  });
  const { num_rows: count, row_groups: groups } = parquetMetadata(file);
  expect([count, groups.length]).toEqual([BigInt(ROWS.length), 1]);
  const content = groups[0]!.columns.find(({ meta_data: data }) => data!.path_in_schema[0] === 'content')!;
  // In UTF-16 the replacement character would be the greatest.
  expect(content.meta_data!.statistics!.max_value).toBe('\u{1F600}');
});
