import { rm, stat } from 'node:fs/promises';
import { readJsonFile, writeJsonFile } from '../services/json-file.js';
import { type FileCounts, noCounts } from './import-counts.js';

/** How far the import of a file is. */
export interface FileProgress {
  path: string;
  bytes: number;
  modifiedMs: number;
  /** Where the last message ends that the log has; null: at none. */
  position: number | null;
  done: boolean;
  counts: FileCounts;
  /** Whether the files of its attachments were kept up to here; absent in a state of an earlier version, which kept none. */
  withMedia?: boolean;
}

interface SavedState {
  version: 1;
  /** When the log was created: positions say nothing about another one. */
  log: string;
  files: FileProgress[];
}

/** The progress of an import in a file, so that the same command continues after an interruption. */
export class ImportState {
  private constructor(
    /** undefined: nothing is saved. */
    private readonly path: string | undefined,
    private readonly state: SavedState,
  ) {}

  get files(): readonly FileProgress[] {
    return this.state.files;
  }

  /**
   * Opens the state for these files. A file that changed since begins again, and so does one whose attachments were not kept
   * when they are to be kept now.
   * @throws Error when it belongs to other files
   */
  static async open(
    path: string | undefined,
    log: string,
    paths: readonly string[],
    withMedia: boolean,
  ): Promise<ImportState> {
    const saved = path === undefined ? undefined : await readJsonFile<SavedState>(path);
    const known = new Map(saved?.log === log ? saved.files.map((file) => [file.path, file]) : []);
    if ([...known.keys()].some((each) => !paths.includes(each)))
      throw new Error(
        `${path} belongs to an unfinished import of other files: finish that, remove it, or use --state`,
      );
    const files: FileProgress[] = [];
    for (const each of paths) files.push(await currentProgress(each, known.get(each), withMedia));
    return new ImportState(path, { version: 1, log, files });
  }

  async save(): Promise<void> {
    if (this.path !== undefined) await writeJsonFile(this.path, this.state);
  }

  /** The import is complete. */
  async remove(): Promise<void> {
    if (this.path !== undefined) await rm(this.path, { force: true });
  }
}

async function currentProgress(
  path: string,
  before: FileProgress | undefined,
  withMedia: boolean,
): Promise<FileProgress> {
  const { size: bytes, mtimeMs: modifiedMs } = await stat(path);
  const isSame = before?.bytes === bytes && before.modifiedMs === modifiedMs;
  if (isSame && (before.withMedia || !withMedia))
    // A state of an earlier version has fewer counts.
    return { ...before, withMedia, counts: { ...noCounts(), ...before.counts } };
  return { path, bytes, modifiedMs, position: null, done: false, counts: noCounts(), withMedia };
}
