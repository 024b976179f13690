import { EXPORT_COLUMNS, type RestExportSize } from '@discord-relay/contracts';
import { EXTENSIONS } from './encode/encoder.js';
import type { ExportedRow, RowEncoder } from './encode/row-encoder.js';
import type { HtmlFormat } from './html/html-format.js';
import { INDEX } from './html/html-state.js';
import type { RunState } from './manifest.js';
import type { PartFile } from './part-file.js';
import { type ExportQuery, type ExportRequest, queryOf, type RowFormat, type RunBounds } from './request.js';
import { type ExportSource, readPages } from './source.js';

/** Where the files of a run are written, and where its progress is kept. */
export interface ExportTarget {
  createFile(path: string, encoder: RowEncoder): Promise<PartFile>;
  /** Called after each complete file. */
  saveState(state: RunState): Promise<void>;
}

export interface RunPorts {
  source: ExportSource;
  target: ExportTarget;
  /** An encoder for one file. */
  createEncoder: (format: RowFormat) => RowEncoder;
  /** Only for the format html. */
  html?: HtmlFormat | undefined;
  /** Called after each page. */
  onProgress: (doneRows: number, totalRows: number) => void;
}

const CHANNEL = EXPORT_COLUMNS.findIndex(({ name }) => name === 'channel_id');
const MESSAGE = EXPORT_COLUMNS.findIndex(({ name }) => name === 'id');
const DAY_MS = 86_400_000;

/** The state at the beginning of a run; undefined: nothing has changed since the sequence. @throws what the source throws */
export async function beginRun(
  source: ExportSource,
  request: ExportRequest,
  since: number | null,
): Promise<RunState | undefined> {
  const bounds = since === null ? {} : { since: String(since) };
  const size = await source.size(queryOf(request, bounds));
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

/**
 * Writes the files of a run, or the rest of them. Files that are complete stay; the one that was being written is written again.
 * @throws what the source, the target or the file system throws; the file that was being written is removed
 */
export async function writeRun(state: RunState, ports: RunPorts): Promise<void> {
  await ports.target.saveState(state);
  while (state.position.unit < state.units.length) await writeUnit(state, ports);
  await writeIndex(state, ports);
}

function unitsOf({ partition }: ExportRequest, { rows, days, channels }: RestExportSize): string[] {
  if (partition === 'day') return days.map(({ key }) => key);
  if (partition === 'channel') return channels.map(({ key }) => key);
  return rows === 0 ? [] : [''];
}

/** Writes the files of a day, of a channel or of everything. */
async function writeUnit(state: RunState, ports: RunPorts): Promise<void> {
  const { source, target, onProgress } = ports;
  const { request, run, position, files } = state;
  let file: PartFile | undefined;
  const finishFile = async (last: ExportedRow): Promise<void> => {
    files.push(await file!.finish());
    run.rows += file!.rows;
    file = undefined;
    position.file += 1;
    position.after = `${String(last[CHANNEL])}:${String(last[MESSAGE])}`;
    await target.saveState(state);
  };
  try {
    for await (const page of readPages(source, unitQuery(state), position.after)) {
      run.endSeq = Math.max(run.endSeq, page.seq);
      for (let from = 0; from < page.rows.length;) {
        file ??= await target.createFile(pathOf(state), encoderFor(state, ports));
        const rows = page.rows.slice(from, from + request.rowsPerFile - file.rows);
        await file.add(rows);
        from += rows.length;
        if (file.rows === request.rowsPerFile) await finishFile(rows.at(-1)!);
      }
      onProgress(run.rows + (file?.rows ?? 0), state.total);
    }
    if (file) await finishFile(NO_ROW);
  } finally {
    await file?.discard();
  }
  state.position = { unit: position.unit + 1, file: 1, after: null };
  await target.saveState(state);
}

function encoderFor(state: RunState, { createEncoder, html }: RunPorts): RowEncoder {
  const { format } = state.request;
  if (format !== 'html') return createEncoder(format);
  if (!html) throw new Error('an HTML export needs the renderer of the page');
  return html.encoder(state);
}

/** The list of the files of an HTML export, as a file of it. */
async function writeIndex(state: RunState, { html, target }: RunPorts): Promise<void> {
  const text = html?.index(state);
  if (!text || state.files.some((file) => file.path === INDEX)) return;
  const file = await target.createFile(INDEX, { add: () => NOTHING, end: () => Buffer.from(text) });
  state.files.push(await file.finish());
  await target.saveState(state);
}

const NOTHING = new Uint8Array();

/** After the last file of a unit, nothing is read from it. */
const NO_ROW: ExportedRow = EXPORT_COLUMNS.map(() => '');

function unitQuery({ request, run, units, position }: RunState): ExportQuery {
  const bounds: RunBounds = {
    until: String(run.seq),
    ...(run.since !== null && { since: String(run.since) }),
  };
  const unit = units[position.unit]!;
  if (request.format === 'dce') return queryOf(request, { ...bounds, channels: unit, details: 'true' });
  const more = { ...bounds, ...(request.format === 'html' && { details: 'true' }) };
  if (request.partition === 'channel') return queryOf(request, { ...more, channels: unit });
  if (request.partition === 'day') return queryOf(request, { ...more, ...rangeOf(unit, request) });
  return queryOf(request, more);
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
