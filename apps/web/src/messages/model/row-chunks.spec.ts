import fc from 'fast-check';
import type { ListedMessage } from './message-window.js';
import type { MessageRow } from './message-rows.js';
import { chunkRows, type RowChunk } from './row-chunks.js';

const row = (id: number): MessageRow => ({
  ...{ kind: 'message', key: String(id), leads: true },
  message: { id: String(id) } as ListedMessage,
});
const ROWS = Array.from({ length: 400 }, (_, index) => row(1_000_000 + index * 4_194_304));
const keysOf = (chunks: readonly RowChunk[]) => chunks.map(({ key }) => key);

describe('chunks of rows', () => {
  it('chunks have all rows in their order and unique keys, whatever the list was before', () => {
    const part = fc
      .tuple(fc.nat(400), fc.nat(400))
      .map((ends) => ROWS.slice(Math.min(...ends), Math.max(...ends)));
    const withHoles = fc
      .tuple(part, fc.nat(9))
      .map(([rows, n]) => rows.filter((_, index) => index % 10 !== n));
    fc.assert(
      fc.property(fc.array(fc.oneof(part, withHoles), { minLength: 1 }), (lists) => {
        let chunks: readonly RowChunk[] = [];
        for (const rows of lists) {
          chunks = chunkRows(rows, chunks);
          expect(chunks.flatMap((chunk) => chunk.rows)).toEqual(rows);
          expect(new Set(keysOf(chunks)).size).toBe(chunks.length);
        }
      }),
    );
  });

  it('a new row at the end changes the last chunk only, and keeps its key', () => {
    const before = chunkRows(ROWS.slice(0, 300), []);
    const after = chunkRows(ROWS.slice(0, 301), before);
    expect(before.length).toBeGreaterThan(10);
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    expect(after.filter((chunk) => !before.includes(chunk))).toHaveLength(1);
    expect(keysOf(after)).toEqual(expect.arrayContaining(keysOf(before)));
  });

  it('rows that are added before or dropped at the beginning leave the other chunks, and the key of the first one', () => {
    const before = chunkRows(ROWS.slice(100, 300), []);
    const longer = chunkRows(ROWS.slice(50, 300), before);
    expect(keysOf(longer).slice(-before.length)).toEqual(keysOf(before));
    expect(longer.slice(-before.length + 1)).toEqual(before.slice(1));
    const shorter = chunkRows(ROWS.slice(105, 300), before);
    expect(before).toEqual(expect.arrayContaining([...shorter.slice(1)]));
    expect(keysOf(before)).toContain(shorter[0]!.key);
  });

  it('a row that changes makes a new chunk with the same key', () => {
    const before = chunkRows(ROWS, []);
    const edited = ROWS.with(200, row(1_000_000 + 200 * 4_194_304));
    const after = chunkRows(edited, before);
    expect(keysOf(after)).toEqual(keysOf(before));
    expect(after.filter((chunk, index) => chunk !== before[index])).toHaveLength(1);
  });

  it('a mark is in the chunk of the message after it', () => {
    const chunks = chunkRows(ROWS, []);
    const first = chunks[1]!.rows[0]!;
    const index = ROWS.indexOf(first);
    const day: MessageRow = { kind: 'day', key: 'day', timestamp: '' };
    const marked = chunkRows(ROWS.toSpliced(index, 0, day), []);
    const chunk = marked.find(({ rows }) => rows.includes(day))!;
    expect(chunk.rows).toContain(first);
  });
});
