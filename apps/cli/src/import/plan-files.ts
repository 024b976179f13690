import { resolve } from 'node:path';
import { compareSnowflakes } from '@discord-relay/contracts';
import { type ExportHeader, readHeader } from './map/read-header.js';
import { ImportFileError } from './parse/import-file-error.js';
import { readExport } from './parse/read-export.js';

export interface PlannedFile {
  path: string;
  header: ExportHeader;
}

/**
 * Reads the beginning of every file before anything is imported. Files are ordered by channel, threads last: a thread may repeat a
 * message of its channel.
 * @throws ImportFileError
 */
export async function planFiles(paths: readonly string[]): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  for (const path of new Set(paths.map((each) => resolve(each))))
    files.push({ path, header: await headerOf(path) });
  return files.sort((a, b) => {
    const byKind = Number(a.header.isThread) - Number(b.header.isThread);
    return byKind || compareSnowflakes(a.header.channelId, b.header.channelId) || (a.path < b.path ? -1 : 1);
  });
}

async function headerOf(path: string): Promise<ExportHeader> {
  const fields = new Map<string, unknown>();
  for await (const part of readExport(path)) {
    if ('message' in part) break;
    fields.set(part.field, part.value);
  }
  try {
    return readHeader(fields);
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    throw new ImportFileError(error.reason, undefined, { file: path });
  }
}
