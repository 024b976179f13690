import {
  beginRun,
  type ExportRequest,
  type ExportSource,
  type HtmlFormat,
  type Manifest,
  type RunPorts,
  writeRun,
} from '@discord-relay/export';
import { ExportFolder } from './export-folder.js';

export interface ExportOptions {
  source: ExportSource;
  /** Folder of the export. */
  path: string;
  request: ExportRequest;
  /** Adds what changed since the last run to a complete export. */
  append: boolean;
  createEncoder: RunPorts['createEncoder'];
  /** Only for the format html. */
  html?: HtmlFormat | undefined;
  /** Called after each page. */
  onProgress: (doneRows: number, totalRows: number) => void;
}

/** The disk or the quota is full, or the file is as large as one may be. */
const NO_SPACE: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Exports into a folder, or continues an export that was interrupted there. Files that are complete stay; the file that was being
 * written is written again.
 * @throws Error when the folder contains something else or its disk is full; what the source throws
 */
export async function exportToFolder(options: ExportOptions): Promise<Manifest> {
  try {
    const { source, path, request, append, createEncoder, html, onProgress } = options;
    const folder = await ExportFolder.open(path, request, append);
    const since = folder.manifest?.runs.at(-1)?.seq ?? null;
    const state = folder.state ?? (await beginRun(source, request, since));
    if (!state) return folder.manifest!;
    await writeRun(state, { source, target: folder, createEncoder, html, onProgress });
    return await folder.saveManifest(state, await source.gaps(request));
  } catch (error) {
    if (!NO_SPACE.has((error as NodeJS.ErrnoException).code)) throw error;
    const advice = 'free some space and repeat the command: it continues after the last complete file';
    throw new Error(`no space left for ${options.path}: ${advice}`, { cause: error });
  }
}
