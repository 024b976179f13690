import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArchivedPart } from '@discord-relay/contracts';
import type { ExportedRow, RowEncoder } from './encode/row-encoder.js';

export interface FinishedFile {
  /** Below the folder of the export, with slashes. */
  path: string;
  rows: number;
  bytes: number;
  sha256: string;
  /** Only of HTML files: their channels and times. */
  parts?: readonly ArchivedPart[];
}

/** One file of an export. It has the suffix `.part` until it is complete and on the disk. */
export class PartFile {
  rows = 0;
  bytes = 0;
  private readonly hash = createHash('sha256');

  private constructor(
    private readonly folder: string,
    private readonly path: string,
    private readonly encoder: RowEncoder,
    private readonly handle: FileHandle,
  ) {}

  static async create(folder: string, path: string, encoder: RowEncoder): Promise<PartFile> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    return new PartFile(folder, path, encoder, await open(join(folder, `${path}.part`), 'w'));
  }

  async add(rows: readonly ExportedRow[]): Promise<void> {
    this.rows += rows.length;
    await this.write(await this.encoder.add(rows));
  }

  async finish(): Promise<FinishedFile> {
    await this.write(await this.encoder.end());
    await this.handle.sync();
    await this.handle.close();
    const target = join(this.folder, this.path);
    await rename(`${target}.part`, target);
    const { parts } = this.encoder;
    const sha256 = this.hash.digest('hex');
    return { path: this.path, rows: this.rows, bytes: this.bytes, sha256, ...(parts && { parts }) };
  }

  /** Removes what was written, so that it takes no space. */
  async discard(): Promise<void> {
    await this.handle.close();
    await rm(join(this.folder, `${this.path}.part`), { force: true });
  }

  private async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.hash.update(chunk);
    this.bytes += chunk.length;
    await this.handle.writeFile(chunk);
  }
}
