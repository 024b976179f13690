import type { IsoTime, Seq, Uuid } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { RestGap } from './rest-gaps.js';

/**
 * `cancelled`: by its creator or an admin, who may also do this after its end; `expired`: its files were kept for as long as they are.
 * Neither has files.
 */
export const EXPORT_STATES = ['queued', 'running', 'done', 'failed', 'cancelled', 'expired'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

export interface RestExportProgress {
  /** Messages in complete files and in the one that is being written. */
  rows: number;
  /** Expected number of messages; null: not counted yet. */
  estimatedRows: number | null;
  /** Messages per second; null: not running. */
  rowsPerS: number | null;
  /** Seconds; null: not known. */
  remainingS: number | null;
}

export interface RestExportError {
  /** A code of docs/errors.md. */
  code: string;
  detail: string;
}

/** What was exported, in the names of `POST /api/v1/exports`. */
export interface RestExportRequest {
  guildId: Snowflake;
  /** null: every channel that the creator may read. */
  channelIds: Snowflake[] | null;
  format: string;
  partition: string;
  rowsPerFile: number;
  query: string | null;
  authorId: Snowflake | null;
  mentions: Snowflake | null;
  from: string | null;
  to: string | null;
  has: string[] | null;
  /** Only messages that changed after this sequence; null: all. */
  since: Seq | null;
}

/** An export of `GET /api/v1/exports`. */
export interface RestExportSummary {
  id: Uuid;
  state: ExportState;
  request: RestExportRequest;
  progress: RestExportProgress;
  /** Size of the complete files. */
  bytes: number;
  /** Why it failed, or why it is queued again; null: nothing went wrong. */
  error: RestExportError | null;
  /** The user or program that created it. */
  createdBy: string;
  createdAt: IsoTime;
  startedAt: IsoTime | null;
  /** When it was done, failed or cancelled. */
  finishedAt: IsoTime | null;
  /** When its files are deleted; null: not known yet. */
  expiresAt: IsoTime | null;
}

export interface RestExportFile {
  /** As in the address of the file. */
  name: string;
  /** As in the manifest. */
  path: string;
  rows: number;
  bytes: number;
  /** SHA-256 in hexadecimal digits, also the `ETag`. */
  sha256: string;
  /** Address of the file, relative to the service. */
  url: string;
}

/** `GET /api/v1/exports/{id}`: an export with its complete files. */
export interface RestExport extends RestExportSummary {
  /** The guild's newest sequence at the beginning: later messages are not included; null: not started. */
  seq: Seq | null;
  /** The same at the end; if it is greater than `seq`, some messages may be as they were after `seq`. */
  endSeq: Seq | null;
  files: RestExportFile[];
  /** Times of the exported range in which nothing was received; null: not finished. */
  gaps: RestGap[] | null;
}

/** `GET /api/v1/exports`: newest first. `next`: the `before` of the next page; null: this is the last one. */
export interface RestExportList {
  exports: RestExportSummary[];
  next: number | null;
}
