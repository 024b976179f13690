import { CsvEncoder } from './csv-encoder.js';
import { DceEncoder } from './dce-encoder.js';
import { NdjsonEncoder } from './ndjson-encoder.js';
import { ParquetEncoder } from './parquet-encoder.js';
import type { ExportFormat, RowFormat } from '../request.js';
import type { SyncRowEncoder } from './row-encoder.js';

export const createEncoder: Record<RowFormat, () => SyncRowEncoder> = {
  ndjson: () => new NdjsonEncoder(),
  csv: () => new CsvEncoder(),
  parquet: () => new ParquetEncoder(),
  dce: () => new DceEncoder(),
};

/** The end of the names of files. */
export const EXTENSIONS: Record<ExportFormat, string> = {
  ndjson: 'ndjson',
  csv: 'csv',
  parquet: 'parquet',
  dce: 'json',
  html: 'html',
};
