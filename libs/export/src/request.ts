export const ROW_FORMATS = ['ndjson', 'csv', 'parquet', 'dce'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];
/** `html`: pages for a browser, which need more than the rows: see `HtmlFormat`. */
export const FORMATS = [...ROW_FORMATS, 'html'] as const;
export type ExportFormat = (typeof FORMATS)[number];

export const PARTITIONS = ['size', 'day', 'channel'] as const;
export type ExportPartition = (typeof PARTITIONS)[number];

/** What is exported and how: the same request at the same sequence gives the same bytes. */
export interface ExportRequest {
  guild: string;
  filter: ExportFilter;
  format: ExportFormat;
  partition: ExportPartition;
  /** A file with this many rows is followed by another one. */
  rowsPerFile: number;
}

export const DEFAULT_ROWS_PER_FILE = 250_000;
export const HTML_DEFAULT_ROWS_PER_FILE = 10_000;
/** Browsers become slow with larger files. */
export const HTML_MAX_ROWS_PER_FILE = 50_000;

export const defaultRowsPerFile = (format: ExportFormat): number =>
  format === 'html' ? HTML_DEFAULT_ROWS_PER_FILE : DEFAULT_ROWS_PER_FILE;

/** Whether a format has rows for messages that were deleted, so that later runs can add what changed. */
export const hasDeletions = (format: ExportFormat): boolean => format !== 'dce' && format !== 'html';

/** As the query of `GET /api/v1/export/messages`. */
export interface ExportFilter {
  /** Comma-separated ids. */
  channels?: string;
  q?: string;
  author?: string;
  mentions?: string;
  from?: string;
  to?: string;
  has?: string;
}

/** A search, as people say it. */
export interface WantedMessages {
  channels?: readonly string[] | undefined;
  query?: string | undefined;
  author?: string | undefined;
  mentions?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  has?: readonly string[] | undefined;
}

/** The same messages give the same filter, however they are named: manifests are compared byte by byte. */
export function filterOf({ channels, query, author, mentions, from, to, has }: WantedMessages): ExportFilter {
  const filter = { channels: listed(channels), q: query, author, mentions, from, to, has: listed(has) };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

const listed = (names: readonly string[] = []): string | undefined =>
  names.length === 0 ? undefined : [...new Set(names)].sort().join(',');

/** A file of these formats has one channel. */
export const partitionOf = (format: ExportFormat, wanted: ExportPartition): ExportPartition =>
  format === 'dce' ? 'channel' : wanted;

/** Limits of a run besides those of its filter, as query parameters. */
export interface RunBounds {
  since?: string;
  until?: string;
}

/** The query of a part of an export, as that of `GET /api/v1/export/messages`. */
export type ExportQuery = Record<string, string>;

export const queryOf = (
  { guild, filter }: ExportRequest,
  more: Record<string, string> | RunBounds,
): ExportQuery => ({
  guild,
  ...filter,
  ...more,
});
