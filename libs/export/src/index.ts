export { DceEncoder } from './encode/dce-encoder.js';
export * from './encode/dce-words.js';
export { createEncoder, EXTENSIONS } from './encode/encoder.js';
export type { ExportedRow, RowEncoder } from './encode/row-encoder.js';
export { type FinishedFile, PartFile } from './part-file.js';
export * from './request.js';
