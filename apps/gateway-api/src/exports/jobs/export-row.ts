import type {
  RestExport,
  RestExportFile,
  RestExportProgress,
  RestExportRequest,
  RestExportSummary,
  RestGap,
  Snowflake,
} from '@discord-relay/contracts';
import {
  type ExportRequest,
  type FinishedFile,
  type Manifest,
  manifestAfter,
  type RunState,
} from '@discord-relay/export';
import { EXPORTS, select, type SelectedRow } from '@discord-relay/read-model';

const SUMMARY = select(EXPORTS, [
  'id',
  'number',
  'user_id',
  'role',
  'guild_id',
  'request',
  'since',
  'store',
  'state',
  'rows',
  'total',
  'rows_per_s',
  'bytes',
  'error_code',
  'error',
  'created_at',
  'started_at',
  'finished_at',
  'expires_at',
]);
const WHOLE = select(EXPORTS, ['units', 'progress', 'channel_ids', 'gaps']);
const FILES = `(SELECT coalesce(json_agg(json_build_object('path', f.path, 'rows', f.rows, 'bytes', f.bytes, 'sha256', f.sha256,
    'parts', f.parts, 'epoch', f.epoch) ORDER BY f.number), '[]')
  FROM export_files f WHERE f.export_id = exports.id) AS files`;

/** A complete file; each lease writes into the folder of its epoch. */
export interface StoredFile extends Omit<FinishedFile, 'parts'> {
  epoch: number;
  /** Only HTML files have them. */
  parts: FinishedFile['parts'] | null;
}

/** Where an export continues. */
export type ExportProgress = Pick<RunState, 'run' | 'position'>;

export const SUMMARY_COLUMNS = SUMMARY.list;
export const EXPORT_COLUMNS_ALL = `${SUMMARY.list}, ${WHOLE.list}, ${FILES}`;

export type ExportSummaryRow = SelectedRow<typeof SUMMARY>;
export type ExportRow = ExportSummaryRow & SelectedRow<typeof WHOLE> & { files: StoredFile[] };

export const requestOf = ({ request }: Pick<ExportSummaryRow, 'request'>): ExportRequest =>
  request as ExportRequest;

/** The name of a file in addresses and on the disk of who downloads it: `channel=ID/messages-…` would be a path. */
export const nameOf = ({ path }: Pick<FinishedFile, 'path'>): string => path.replaceAll(/[=/]/g, '-');

export function toSummary(row: ExportSummaryRow): RestExportSummary {
  const { id, state, errorCode, error } = row;
  return {
    id,
    state,
    request: restRequest(requestOf(row), row.since),
    progress: progressOf(row),
    bytes: Number(row.bytes),
    error: errorCode === null ? null : { code: errorCode, detail: error ?? '' },
    createdBy: row.userId,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}

export function toExport(row: ExportRow): RestExport {
  const { run } = (row.progress as ExportProgress | null) ?? { run: null };
  return {
    ...toSummary(row),
    seq: run?.seq ?? null,
    endSeq: run?.endSeq ?? null,
    files: row.files.map((file) => toFile(row.id, file)),
    gaps: row.gaps as RestGap[] | null,
  };
}

/** The manifest of an export that is done, as `relay export` writes it. */
export const manifestOf = (row: ExportRow): Manifest =>
  manifestAfter(undefined, stateOf(row)!, row.gaps as RestGap[]);

/** Where the export continues; undefined: at the beginning. */
export function stateOf(row: ExportRow): RunState | undefined {
  if (row.progress === null) return undefined;
  const { run, position } = row.progress as ExportProgress;
  return {
    version: 1,
    request: requestOf(row),
    run,
    total: Number(row.total),
    units: row.units ?? [],
    position,
    files: row.files.map(({ epoch: _, parts, ...file }) => ({ ...file, ...(parts && { parts }) })),
  };
}

function toFile(id: string, { epoch: _, parts: _parts, ...file }: StoredFile): RestExportFile {
  const name = nameOf(file);
  return { name, ...file, url: `api/v1/exports/${id}/files/${name}` };
}

const restRequest = (
  { guild, filter, format, partition, rowsPerFile }: ExportRequest,
  since: string | null,
): RestExportRequest => ({
  guildId: guild as Snowflake,
  channelIds: (filter.channels?.split(',') as Snowflake[] | undefined) ?? null,
  ...{ format, partition, rowsPerFile },
  query: filter.q ?? null,
  authorId: (filter.author as Snowflake | undefined) ?? null,
  mentions: (filter.mentions as Snowflake | undefined) ?? null,
  from: filter.from ?? null,
  to: filter.to ?? null,
  has: filter.has?.split(',') ?? null,
  since: since === null ? null : Number(since),
});

function progressOf({ state, rows, total, rowsPerS }: ExportSummaryRow): RestExportProgress {
  const [done, estimated] = [Number(rows), total === null ? null : Number(total)];
  const perS = state === 'running' ? rowsPerS : null;
  const remainingS =
    perS === null || perS === 0 || estimated === null
      ? null
      : Math.ceil(Math.max(0, estimated - done) / perS);
  return { rows: done, estimatedRows: estimated, rowsPerS: perS, remainingS };
}
