import { join } from 'node:path';
import { EXPORT_COLUMNS } from '@discord-relay/contracts';
import { repositoryRoot } from '@discord-relay/local-stack';
import { createEncoder } from '../encode/encoder.js';
import type { ExportedRow } from '../encode/row-encoder.js';
import { EncoderThread } from './encoder-thread.js';

/** As `relay` has it. */
const PROGRAM = join(repositoryRoot, 'apps/cli/dist/export-encoder.bundle.js');

const rowsFrom = (first: number): ExportedRow[] =>
  Array.from({ length: 3_000 }, (_, i) =>
    EXPORT_COLUMNS.map(({ name }) =>
      name === 'id' ? String(first + i) : name === 'content' ? `text ${first + i}` : null,
    ),
  );
const PAGES = Array.from({ length: 12 }, (_, page) => rowsFrom(page * 3_000));

let thread: EncoderThread;

afterEach(() => thread.close());

async function encoded(format: 'parquet' | 'ndjson', pages: ExportedRow[][]): Promise<Buffer> {
  const encoder = thread.createEncoder(format);
  const chunks: Uint8Array[] = [];
  for (const page of pages) chunks.push(await encoder.add(page));
  chunks.push(await encoder.end());
  return Buffer.concat(chunks);
}

it.each(['parquet', 'ndjson'] as const)(
  '%s files are the same as without a thread, one after the other',
  async (format) => {
    thread = new EncoderThread(PROGRAM);
    for (const pages of [PAGES, PAGES.slice(0, 1), []]) {
      const encoder = createEncoder[format]();
      const expected = Buffer.concat([...pages.map((page) => encoder.add(page)), encoder.end()]);
      expect((await encoded(format, pages)).equals(expected)).toBe(true);
    }
  },
);

it('a row that cannot be encoded fails the file, and so do all later requests', async () => {
  thread = new EncoderThread(PROGRAM);
  const wrong = EXPORT_COLUMNS.map(({ name }) => (name === 'id' ? 'no number' : null));
  await expect(encoded('parquet', [[wrong]])).rejects.toThrow('BigInt');
  await expect(encoded('parquet', PAGES)).rejects.toThrow('BigInt');
});

it('a program that cannot be started fails the file', async () => {
  thread = new EncoderThread(join(repositoryRoot, 'apps/cli/dist/no-such.bundle.js'));
  await expect(encoded('parquet', PAGES)).rejects.toThrow('Cannot find module');
});
