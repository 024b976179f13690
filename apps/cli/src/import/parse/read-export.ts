import { type FileHandle, open } from 'node:fs/promises';
import { ExportScanner, type ExportPart } from './export-scanner.js';
import { ImportFileError } from './import-file-error.js';

const CHUNK_BYTES = 1_024 * 1_024;
const LINE_FEED = 0x0a;

/** First bytes of files that are not JSON, and what to do. */
const FOREIGN: readonly [bytes: number[], reason: string][] = [
  [[0x1f, 0x8b], 'is compressed with gzip: unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a zip archive: unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is compressed with zstd: unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'is compressed with xz: unpack it first'],
  [[0x42, 0x5a, 0x68], 'is compressed with bzip2: unpack it first'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'is a 7z archive: unpack it first'],
  [[0xff, 0xfe], 'is UTF-16: convert it to UTF-8'],
  [[0xfe, 0xff], 'is UTF-16: convert it to UTF-8'],
  [[0x3c], 'is HTML or XML: export with `--format Json`'],
];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The parts of an export file, from its beginning or after the message that ends at byte `afterMessage`.
 * @throws ImportFileError with file and line
 */
export async function* readExport(path: string, afterMessage?: number): AsyncGenerator<ExportPart> {
  const file = await openFile(path);
  try {
    let position = afterMessage ?? (await startOf(file));
    const scanner = new ExportScanner(position, afterMessage !== undefined);
    for (;;) {
      const chunk = await readChunk(file, position);
      if (chunk.length === 0) break;
      position += chunk.length;
      yield* scanner.scan(chunk);
    }
    scanner.end();
  } catch (error) {
    throw error instanceof ImportFileError ? await located(error, path, file) : error;
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (cause) {
    throw new ImportFileError(`cannot be read (${(cause as NodeJS.ErrnoException).code})`, undefined, {
      file: path,
    });
  }
  throw new ImportFileError('is not a file', undefined, { file: path });
}

/** A new buffer each time: parts of it may be kept. */
async function readChunk(file: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

/** Where the JSON begins. */
async function startOf(file: FileHandle): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
  const first = buffer.subarray(0, bytesRead);
  if (first.length === 0) throw new ImportFileError('is empty');
  for (const [bytes, reason] of FOREIGN)
    if (first.subarray(0, bytes.length).equals(Buffer.from(bytes))) throw new ImportFileError(reason);
  return first.subarray(0, 3).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
}

/** The error with the file and the line of its place, which are only looked for when an error needs them. */
async function located(error: ImportFileError, path: string, file: FileHandle): Promise<ImportFileError> {
  const { at, reason } = error;
  if (at === undefined) return new ImportFileError(reason, at, { file: path });
  let line = 1;
  for (let position = 0; position < at;) {
    const chunk = (await readChunk(file, position)).subarray(0, at - position);
    if (chunk.length === 0) break;
    for (let i = chunk.indexOf(LINE_FEED); i !== -1; i = chunk.indexOf(LINE_FEED, i + 1)) line += 1;
    position += chunk.length;
  }
  return new ImportFileError(reason, at, { file: path, line });
}
