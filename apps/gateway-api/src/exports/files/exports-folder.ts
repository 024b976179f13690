import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { StoredFile } from '../jobs/export-row.js';

const MARKER = '.relay-exports';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The folder of all exports, which the replicas share. Each export has a folder in it, and in that each lease has one: a process
 * that has lost its lease without noticing writes nothing that a file list names.
 */
export class ExportsFolder {
  private knownId: string | undefined;
  private failing = false;

  constructor(
    readonly path: string,
    private readonly logger: Logger,
  ) {}

  /**
   * Identifies the folder, so that a replica with another one leaves its exports alone; creates the folder if necessary.
   * @throws AppError `SERVICE.UNAVAILABLE`
   */
  async id(): Promise<string> {
    try {
      this.knownId ??= await this.readId();
      this.failing = false;
      return this.knownId;
    } catch (cause) {
      if (!this.failing) this.logger.error({ err: cause }, 'the folder EXPORTS_DIR cannot be used; retrying');
      this.failing = true;
      throw new AppError('SERVICE.UNAVAILABLE', 'the folder of the exports cannot be used now', { cause });
    }
  }

  /** Where a lease writes. */
  ofLease(id: string, epoch: number): string {
    return join(this.path, id, String(epoch));
  }

  fileOf(id: string, { epoch, path }: StoredFile): string {
    return join(this.ofLease(id, epoch), path);
  }

  /** Removes what earlier leases wrote, except for complete files. */
  async removeLeftovers(id: string, files: readonly StoredFile[]): Promise<void> {
    const folder = join(this.path, id);
    const kept = new Set(files.map((file) => relative(folder, this.fileOf(id, file))));
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ignoreAbsent);
    const paths = found.flatMap((entry) =>
      entry.isFile() ? relative(folder, join(entry.parentPath, entry.name)) : [],
    );
    for (const path of paths) if (!kept.has(path)) await rm(join(folder, path), { force: true });
  }

  /** The exports that have a folder. */
  async exports(): Promise<string[]> {
    return (await readdir(this.path).catch(ignoreAbsent)).filter((name) => UUID.test(name));
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.path, id), { recursive: true, force: true });
  }

  private async readId(): Promise<string> {
    await mkdir(this.path, { recursive: true });
    const marker = join(this.path, MARKER);
    const own = `${marker}.${randomUUID()}`;
    await writeFile(own, randomUUID());
    try {
      // Atomic: of several replicas that start together, one creates it.
      await link(own, marker);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(own, { force: true });
    }
    const id = await readFile(marker, 'utf8');
    if (UUID.test(id)) return id;
    throw new Error(`${MARKER} in EXPORTS_DIR is damaged`);
  }
}

/** @throws the error, unless it says that there is no such folder */
function ignoreAbsent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
