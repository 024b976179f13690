import {
  EXPORT_COLUMNS,
  type RestExportSize,
  type RestGap,
  type RestGapPage,
} from '@discord-relay/contracts';
import {
  createEncoder,
  type ExportedRow,
  type ExportRequest,
  EXTENSIONS,
  PartFile,
  queryOf,
  type RunBounds,
} from '@discord-relay/export';
import { ExportFolder, type Manifest, type RunState } from './export-folder.js';
import { type Get, readPages, withRetries } from './read-pages.js';

export interface ExportOptions {
  get: Get;
  /** Folder of the export. */
  path: string;
  request: ExportRequest;
  /** Adds what changed since the last run to a complete export. */
  append: boolean;
  /** Called after each page. */
  onProgress: (doneRows: number, totalRows: number) => void;
}

const CHANNEL = EXPORT_COLUMNS.findIndex(({ name }) => name === 'channel_id');
const MESSAGE = EXPORT_COLUMNS.findIndex(({ name }) => name === 'id');
const DAY_MS = 86_400_000;
/** The disk or the quota is full, or the file is as large as one may be. */
const NO_SPACE: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Exports into a folder, or continues an export that was interrupted there. Files that are complete stay; the file that was being
 * written is written again.
 * @throws Error when the folder contains something else or its disk is full; what the requests throw
 */
export async function runExport(options: ExportOptions): Promise<Manifest> {
  try {
    const { get, path, request, append } = options;
    const folder = await ExportFolder.open(path, request, append);
    const state = folder.state ?? (await beginRun(options, folder.manifest));
    if (!state) return folder.manifest!;
    await folder.saveState(state);
    while (state.position.unit < state.units.length) await exportUnit(options, folder, state);
    return await folder.saveManifest(state, await readGaps(get, request), EXPORT_COLUMNS);
  } catch (error) {
    if (!NO_SPACE.has((error as NodeJS.ErrnoException).code)) throw error;
    const advice = 'free some space and repeat the command: it continues after the last complete file';
    throw new Error(`no space left for ${options.path}: ${advice}`, { cause: error });
  }
}

/** The state at the beginning of a run; undefined: nothing has changed since the last one. */
async function beginRun(
  { get, request }: ExportOptions,
  manifest: Manifest | undefined,
): Promise<RunState | undefined> {
  const since = manifest?.runs.at(-1)?.seq ?? null;
  const bounds = since === null ? {} : { since: String(since) };
  const size = await withRetries(() =>
    get<RestExportSize>(`/api/v1/export/size?${queryOf(request, bounds)}`),
  );
  if (size.seq === since) return undefined;
  return {
    version: 1,
    request,
    run: { since, seq: size.seq, endSeq: size.seq, rows: 0 },
    total: size.rows,
    units: unitsOf(request, size),
    position: { unit: 0, file: 1, after: null },
    files: [],
  };
}

function unitsOf({ partition }: ExportRequest, { rows, days, channels }: RestExportSize): string[] {
  if (partition === 'day') return days.map(({ key }) => key);
  if (partition === 'channel') return channels.map(({ key }) => key);
  return rows === 0 ? [] : [''];
}

/** Writes the files of a day, of a channel or of everything. */
async function exportUnit(options: ExportOptions, folder: ExportFolder, state: RunState): Promise<void> {
  const { request, run, position, files } = state;
  let file: PartFile | undefined;
  const finishFile = async (last: ExportedRow): Promise<void> => {
    files.push(await file!.finish());
    run.rows += file!.rows;
    file = undefined;
    position.file += 1;
    position.after = `${String(last[CHANNEL])}:${String(last[MESSAGE])}`;
    await folder.saveState(state);
  };
  try {
    for await (const page of readPages(options.get, unitQuery(state), position.after)) {
      run.endSeq = Math.max(run.endSeq, page.seq);
      for (let from = 0; from < page.rows.length;) {
        file ??= await PartFile.create(folder.path, pathOf(state), createEncoder[request.format]());
        const rows = page.rows.slice(from, from + request.rowsPerFile - file.rows);
        await file.add(rows);
        from += rows.length;
        if (file.rows === request.rowsPerFile) await finishFile(rows.at(-1)!);
      }
      options.onProgress(run.rows + (file?.rows ?? 0), state.total);
    }
    if (file) await finishFile(NO_ROW);
  } finally {
    await file?.discard();
  }
  state.position = { unit: position.unit + 1, file: 1, after: null };
  await folder.saveState(state);
}

/** After the last file of a unit, nothing is read from it. */
const NO_ROW: ExportedRow = EXPORT_COLUMNS.map(() => '');

function unitQuery({ request, run, units, position }: RunState): URLSearchParams {
  const bounds: RunBounds = {
    until: String(run.seq),
    ...(run.since !== null && { since: String(run.since) }),
  };
  const unit = units[position.unit]!;
  if (request.format === 'dce') return queryOf(request, { ...bounds, channels: unit, details: 'true' });
  if (request.partition === 'channel') return queryOf(request, { ...bounds, channels: unit });
  if (request.partition === 'day') return queryOf(request, { ...bounds, ...rangeOf(unit, request) });
  return queryOf(request, bounds);
}

/** The part of a day that belongs to the requested range. */
function rangeOf(day: string, { filter: { from, to } }: ExportRequest): { from: string; to: string } {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  const fromMs = Math.max(startMs, from === undefined ? startMs : Date.parse(from));
  const toMs = Math.min(startMs + DAY_MS, to === undefined ? Infinity : Date.parse(to));
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

/** Folders as `day=2026-01-31`, which DuckDB and others read as a column; the sequence separates the runs. */
function pathOf({ request, run, units, position }: RunState): string {
  const { partition, format } = request;
  const below = partition === 'size' ? '' : `${partition}=${units[position.unit]!}/`;
  return `${below}messages-${run.seq}-${String(position.file).padStart(5, '0')}.${EXTENSIONS[format]}`;
}

/** Every gap of the exported time that the caller may know of, the latest change last. */
async function readGaps(get: Get, { guild, filter: { from, to } }: ExportRequest): Promise<RestGap[]> {
  const params = new URLSearchParams({ limit: '100', ...(from && { from }), ...(to && { to }) });
  const gaps: RestGap[] = [];
  for (;;) {
    const page = await gapPage(get, `/api/v1/guilds/${guild}/gaps?${params}`);
    gaps.push(...page.gaps);
    if (page.next === null) return gaps.reverse();
    params.set('before', page.next);
  }
}

const gapPage = (get: Get, path: string): Promise<RestGapPage> =>
  withRetries(() => get<RestGapPage>(path), { isRestarting: true });
