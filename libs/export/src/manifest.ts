import { EXPORT_COLUMNS, type ExportColumn, type RestGap } from '@discord-relay/contracts';
import type { FinishedFile } from './part-file.js';
import type { ExportRequest } from './request.js';

/** One call of `relay export`, or several if it was interrupted; of an export of gateway-api, all of it. */
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

/** Adds a complete run to the manifest of the earlier ones. A run that it already has is replaced. */
export function manifestAfter(
  earlier: Manifest | undefined,
  { request, run, files }: RunState,
  gaps: RestGap[],
): Manifest {
  const runs = (earlier?.runs ?? []).filter(({ seq }) => seq !== run.seq);
  const paths = new Set(files.map(({ path }) => path));
  const kept = (earlier?.files ?? []).filter(({ path }) => !paths.has(path));
  return {
    version: 1,
    request,
    runs: [...runs, run],
    files: [...kept, ...files],
    gaps,
    columns: EXPORT_COLUMNS,
  };
}

/** The text of `manifest.json`. */
export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;
