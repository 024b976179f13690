/**
 * Version of the first projection in a new database. Later projections have higher versions; a version does not determine
 * the shape of the rows.
 */
export const PROJECTION_VERSION = 1;

/** Schema that holds everything of one projection version: rows, changes, checkpoints. */
export const projectionSchema = (version: number): string => `projection_v${version}`;

/** Schema that belongs to no projection: which projection is active, tokens, webhooks, audit. */
export const RELAY_SCHEMA = 'relay';
