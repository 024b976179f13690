import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { contentKey, keptFileKey, type Snowflake } from '@discord-relay/contracts';
import { forEachConcurrently } from '@discord-relay/platform';
import { EMPTY_OBJECT, type ObjectStore } from '@discord-relay/platform/object-store';
import type { MediaCounts } from './media-counts.js';
import { mediaPath } from './media-path.js';
import { openBeside } from './open-beside.js';

/** Files that are copied at the same time, each through a small buffer. */
const FILES_AT_ONCE = 4;

/** The file of an attachment, as the export names it. */
export interface MediaFile {
  messageId: Snowflake;
  attachmentId: Snowflake;
  url: unknown;
}

export interface MediaOptions {
  /** undefined: nothing is stored. */
  store: ObjectStore | undefined;
  /** Size of a file. */
  maxBytes: number;
  /** Name of the folder of the media beside the exports; default: those whose names end in `_Files`. */
  folder?: string | undefined;
}

/** Copies the files of attachments that lie beside an export into the store. What is there is not copied again. */
export class MediaKeeper {
  private readonly beside: string;

  constructor(
    exportPath: string,
    private readonly options: MediaOptions,
  ) {
    this.beside = dirname(exportPath);
  }

  /** Adds to `counts`. @throws what the file system or the store reports; files that were kept before stay */
  async keep(files: readonly MediaFile[], counts: MediaCounts): Promise<void> {
    await forEachConcurrently(files, FILES_AT_ONCE, (file) => this.keepFile(file, counts));
  }

  private async keepFile(wanted: MediaFile, counts: MediaCounts): Promise<void> {
    const path = mediaPath(wanted.url, this.options.folder);
    if (path.kind !== 'beside') return void (counts[path.kind] += 1);
    const file = await openBeside(this.beside, path.names);
    if (typeof file === 'string') return void (counts[file] += 1);
    try {
      await this.keepOpened(wanted, file, counts);
    } finally {
      await file.close();
    }
  }

  private async keepOpened(
    { messageId, attachmentId }: MediaFile,
    file: FileHandle,
    counts: MediaCounts,
  ): Promise<void> {
    const { size: bytes } = await file.stat();
    if (bytes > this.options.maxBytes) return void (counts.tooLarge += 1);
    const sha256 = await hashOf(file);
    const isNew = await this.storeFile(
      { key: keptFileKey({ messageId, attachmentId, sha256 }), bytes, sha256 },
      file,
    );
    if (!isNew) return void (counts.keptBefore += 1);
    counts.kept += 1;
    counts.keptBytes += bytes;
  }

  /** The content first: an attachment never has a kept file without content. @returns whether it was not there */
  private async storeFile(
    { key, bytes, sha256 }: { key: string; bytes: number; sha256: string },
    file: FileHandle,
  ): Promise<boolean> {
    const { store } = this.options;
    if (!store) return true;
    const content = contentKey(sha256);
    const [hasFile, hasContent] = [await store.sizeOf(key), await store.sizeOf(content)];
    if (hasFile !== undefined && hasContent === bytes) return false;
    if (hasContent !== bytes) await store.put(content, { bytes, sha256, open: () => contentOf(file) });
    if (hasFile === undefined) await store.put(key, EMPTY_OBJECT);
    return true;
  }
}

const contentOf = (file: FileHandle) => file.createReadStream({ start: 0, autoClose: false });

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of contentOf(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
