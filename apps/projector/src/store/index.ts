export * from './batch-store.js';
export * from './change-partitions.js';
export * from './data-error.js';
export * from './database.js';
export * from './queries.js';
export * from './lease-store.js';
export * from './parked-store.js';
export type { ParkedRow } from './row-writer.js';
