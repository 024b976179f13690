import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { wallClockMs } from '../clock/wall-clock.js';
import { type ByteRange, checkKey, isName, type ObjectSource, type ObjectStore } from './object-store.js';
import { verifiedChunks } from './verified-chunks.js';

/** Where objects are written before they get their names; no key begins with a dot. */
const INCOMPLETE = '.incomplete';
/** No writer needs this long for one object. */
const LEFTOVER_MS = 24 * 60 * 60 * 1_000;

/** Objects as files in a folder, which several processes may use at the same time. */
export class FolderStore implements ObjectStore {
  constructor(private readonly folder: string) {}

  async sizeOf(key: string): Promise<number | undefined> {
    return (await stat(this.pathOf(key)).catch(ignoreAbsent))?.size;
  }

  async put(key: string, source: ObjectSource): Promise<void> {
    const target = this.pathOf(key);
    const temporary = join(this.folder, INCOMPLETE, randomUUID());
    await mkdir(dirname(temporary), { recursive: true });
    try {
      await write(temporary, source);
      await mkdir(dirname(target), { recursive: true });
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async read(key: string, range?: ByteRange): Promise<Readable | undefined> {
    // Opened before the stream, so that an absent file is known before anything is sent.
    const file = await open(this.pathOf(key)).catch(ignoreAbsent);
    return file?.createReadStream(range);
  }

  async *list(prefix: string): AsyncGenerator<string> {
    const key = checkKey(prefix.replace(/\/$/, ''));
    const folder = await opendir(join(this.folder, key)).catch(ignoreAbsent);
    if (!folder) return;
    for await (const entry of folder) {
      // Files of others, such as `.DS_Store`.
      if (!isName(entry.name)) continue;
      const below = `${key}/${entry.name}`;
      if (entry.isDirectory()) yield* this.list(below);
      else yield below;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  async removeLeftovers(): Promise<void> {
    const folder = join(this.folder, INCOMPLETE);
    for (const name of (await readdir(folder).catch(ignoreAbsent)) ?? []) {
      const path = join(folder, name);
      const found = await stat(path).catch(ignoreAbsent);
      if (found && wallClockMs() - found.mtimeMs > LEFTOVER_MS) await rm(path, { force: true });
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, checkKey(key));
  }
}

/** After this the content is on the disk. */
async function write(path: string, source: ObjectSource): Promise<void> {
  await pipeline(verifiedChunks(source), createWriteStream(path, { flags: 'wx', flush: true }));
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
