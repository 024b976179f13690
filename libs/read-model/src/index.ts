export { guildHead } from '@discord-relay/contracts';
export * from './active-projection.js';
export { ANALYST_ROLE, ANALYST_TABLES } from './analyst-grants.js';
export * from './as-of.js';
export * from './connection.js';

export * from './hourly-authors.js';
export * from './migrate.js';
export { SHAPE } from './migrations/projection/index.js';
export { databaseUnusable, explainPostgresError } from './postgres/explain.js';
export * from './postgres/advisory-lock.js';
export type { OutsideTransaction } from './postgres/schema-client.js';
export * from './projection-registry.js';
export * from './tables/index.js';
export * from './schema.js';
export * from './search-vector.js';
