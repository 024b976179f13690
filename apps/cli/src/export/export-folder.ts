import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ExportColumn, RestGap } from '@discord-relay/contracts';
import type { ExportRequest, FinishedFile } from '@discord-relay/export';
import { readJsonFile, writeJsonFile } from '../services/json-file.js';

/** One call of `relay export`, or several if it was interrupted. */
export interface ExportRun {
  /** Only rows that changed after this sequence; null: all rows. */
  since: number | null;
  /** The guild's newest sequence at the beginning: later messages are not included. */
  seq: number;
  /** The same at the end. If it is greater than `seq`, some rows may be newer than `seq`; a later append writes them again. */
  endSeq: number;
  rows: number;
}

/** `manifest.json`. It contains no time and no path of the machine, so that equal exports have equal manifests. */
export interface Manifest {
  version: 1;
  request: ExportRequest;
  runs: ExportRun[];
  files: FinishedFile[];
  /** Times of the exported range in which nothing was received, oldest change first. */
  gaps: RestGap[];
  columns: readonly ExportColumn[];
}

/** What an interrupted run needs in order to continue after its last complete file. */
export interface RunState {
  version: 1;
  request: ExportRequest;
  run: ExportRun;
  /** Expected number of rows. */
  total: number;
  /** Days or channels in the order in which they are written; one empty string for a partition by size. */
  units: string[];
  /** Index of the unit that is being written, number of its next file, and the row after which that file begins. */
  position: { unit: number; file: number; after: string | null };
  files: FinishedFile[];
}

const MANIFEST = 'manifest.json';
const STATE = 'export-state.json';

/** The folder of an export with its manifest and, while a run is not complete, its state. */
export class ExportFolder {
  private constructor(
    readonly path: string,
    readonly manifest: Manifest | undefined,
    readonly state: RunState | undefined,
  ) {}

  /**
   * Opens a folder for this request, and creates it if necessary.
   * @throws Error when it contains something else
   */
  static async open(path: string, request: ExportRequest, append: boolean): Promise<ExportFolder> {
    await mkdir(path, { recursive: true });
    const manifest = await readJsonFile<Manifest>(join(path, MANIFEST));
    const state = await readJsonFile<RunState>(join(path, STATE));
    const earlier = state ?? manifest;
    if (earlier && !isDeepStrictEqual(earlier.request, request))
      throw new Error(`${path} contains an export with other options: repeat them, or use another folder`);
    if (!state && manifest && !append)
      throw new Error(
        `${path} contains a complete export: add what changed since with --append, or use another folder`,
      );
    if (!earlier && (await readdir(path)).some((name) => !name.endsWith('.part')))
      throw new Error(`${path} is not empty and contains no export: use another folder`);
    return new ExportFolder(path, manifest, state);
  }

  async saveState(state: RunState): Promise<void> {
    await writeJsonFile(join(this.path, STATE), state);
  }

  /** Adds a complete run to the manifest, and removes its state. */
  async saveManifest(
    { request, run, files }: RunState,
    gaps: RestGap[],
    columns: readonly ExportColumn[],
  ): Promise<Manifest> {
    // A crash after this was written and before the state was removed leads here again.
    const runs = (this.manifest?.runs ?? []).filter(({ seq }) => seq !== run.seq);
    const paths = new Set(files.map(({ path }) => path));
    const earlier = (this.manifest?.files ?? []).filter(({ path }) => !paths.has(path));
    const manifest: Manifest = {
      version: 1,
      request,
      runs: [...runs, run],
      files: [...earlier, ...files],
      gaps,
      columns,
    };
    await writeJsonFile(join(this.path, MANIFEST), manifest);
    await rm(join(this.path, STATE), { force: true });
    return manifest;
  }
}
