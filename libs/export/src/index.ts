export { DceEncoder } from './encode/dce-encoder.js';
export * from './encode/dce-words.js';
export type { ExportedRow, RowEncoder } from './encode/row-encoder.js';
export * from './manifest.js';
export { type FinishedFile, PartFile } from './part-file.js';
export * from './request.js';
export { beginRun, type ExportTarget, writeRun } from './run-export.js';
export { type ExportSource, readPages } from './source.js';
