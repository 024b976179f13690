export { fold, hasStorableIds, parkingKeys } from './fold.js';
export type { RowOp } from './row-op.js';
export * from './shared/rows.js';
export { memberKey } from './shared/ids.js';
export { waitsFor } from './shared/parking.js';
export { LoadedRows, type RowRead, type RequiredRows } from './shared/row-read.js';
export type { RowWrite, TableWrite } from './shared/row-write.js';
export { rowsRequiredBy, WorkingSet } from './working-set.js';
