import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RestExport, RestExportFile } from '@discord-relay/contracts';
import { writeJsonFile } from '../services/json-file.js';

/** Sends a GET request to gateway-api; the caller reads the body. @throws as `openGateway` */
export type OpenFile = (path: string, headers: Record<string, string>) => Promise<Response>;

const PARTIAL_CONTENT = 206;

/** The content of a file is not what gateway-api says that it is. */
class DigestError extends Error {}

/**
 * Downloads the files of an export and its manifest into a folder. Files that are there already are not downloaded again; a file of
 * which a part is there continues after that part.
 * @throws DigestError when a file has another SHA-256; it is removed
 */
export async function downloadExport(
  { id, files }: Pick<RestExport, 'id' | 'files'>,
  folder: string,
  openFile: OpenFile,
): Promise<{ downloaded: number }> {
  let downloaded = 0;
  for (const file of files) {
    const path = join(folder, checkedPath(file.path));
    await mkdir(dirname(path), { recursive: true });
    if (await isComplete(path, file)) continue;
    await downloadFile(path, file, openFile);
    downloaded += 1;
  }
  const manifest = await openFile(`/api/v1/exports/${id}/manifest`, {});
  await mkdir(folder, { recursive: true });
  await writeJsonFile(join(folder, 'manifest.json'), (await manifest.json()) as object);
  return { downloaded };
}

/** @throws Error for a path that leads out of the folder */
function checkedPath(path: string): string {
  if (/^((day|channel)=[\d-]+\/)?\w[\w.-]*$/.test(path)) return path;
  throw new Error(`the list of files names ${JSON.stringify(path)}, which is no file of an export`);
}

async function downloadFile(path: string, file: RestExportFile, openFile: OpenFile): Promise<void> {
  const partial = `${path}.part`;
  if ((await sizeOf(partial)) !== file.bytes) await fetchRest(partial, file, openFile);
  if ((await digestOf(partial)) !== file.sha256) {
    await rm(partial, { force: true });
    throw new DigestError(`${path} has another SHA-256 than the list says: repeat the command`);
  }
  await rename(partial, path);
}

async function fetchRest(
  partial: string,
  { url, sha256 }: RestExportFile,
  openFile: OpenFile,
): Promise<void> {
  const size = await sizeOf(partial);
  const range: Record<string, string> =
    size > 0 ? { range: `bytes=${size}-`, 'if-range': `"${sha256}"` } : {};
  const response = await openFile(`/${url}`, range);
  const handle = await open(partial, response.status === PARTIAL_CONTENT ? 'a' : 'w');
  try {
    await writeBody(handle, response);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeBody(handle: FileHandle, response: Response): Promise<void> {
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
    await handle.writeFile(chunk);
}

const isComplete = async (path: string, { bytes, sha256 }: RestExportFile): Promise<boolean> =>
  (await sizeOf(path)) === bytes && (await digestOf(path)) === sha256;

/** 0: there is no such file. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** undefined: there is no such file. */
async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
