export * from './fold.js';
export * from './heads.js';
export * from './row-change.js';
export * from './rows.js';
export * from './storable.js';
export * from './touched.js';
export * from './working-set.js';
