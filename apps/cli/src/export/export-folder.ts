import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { RestGap } from '@discord-relay/contracts';
import {
  type ExportRequest,
  type ExportTarget,
  type Manifest,
  manifestAfter,
  PartFile,
  type RowEncoder,
  type RunState,
} from '@discord-relay/export';
import { readJsonFile, writeJsonFile } from '../services/json-file.js';

const MANIFEST = 'manifest.json';
const STATE = 'export-state.json';

/** The folder of an export with its manifest and, while a run is not complete, its state. */
export class ExportFolder implements ExportTarget {
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

  createFile(path: string, encoder: RowEncoder): Promise<PartFile> {
    return PartFile.create(this.path, path, encoder);
  }

  async saveState(state: RunState): Promise<void> {
    await writeJsonFile(join(this.path, STATE), state);
  }

  /** Adds a complete run to the manifest, and removes its state: a crash in between leads here again. */
  async saveManifest(state: RunState, gaps: RestGap[]): Promise<Manifest> {
    const manifest = manifestAfter(this.manifest, state, gaps);
    await writeJsonFile(join(this.path, MANIFEST), manifest);
    await rm(join(this.path, STATE), { force: true });
    return manifest;
  }
}
