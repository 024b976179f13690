/** The number of a new database's first projection. Later ones count on from there: the number says nothing of the rows. */
export const PROJECTION_VERSION = 1;

/** Schema that holds everything of one projection version: rows, changes, checkpoints. */
export const projectionSchema = (version: number): string => `projection_v${version}`;

/** Schema above versions: which projection is read. */
export const RELAY_SCHEMA = 'relay';
