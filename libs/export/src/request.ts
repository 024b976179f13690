export const FORMATS = ['ndjson', 'csv', 'parquet', 'dce'] as const;
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

/** Limits of a run besides those of its filter, as query parameters. */
export interface RunBounds {
  since?: string;
  until?: string;
}

/** The query that selects the rows of a part of the export. */
export const queryOf = ({ guild, filter }: ExportRequest, more: object): URLSearchParams =>
  new URLSearchParams({ guild, ...filter, ...more });
