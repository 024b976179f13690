/** The number of a new database's first projection. Later ones count on from there: the number says nothing of the rows. */
export const PROJECTION_VERSION = 1;

/**
 * What rows this code writes and reads. Add one with every migration of what is read, and with every change to a fold
 * that makes other rows of the same log: a projection of another shape is then built anew, never patched. Bookkeeping
 * of projectors that may be missing (a nullable column of `checkpoints`) needs none: its migration runs in place.
 */
export const SHAPE = 3;

/** Schema that holds everything of one projection version: rows, changes, checkpoints. */
export const projectionSchema = (version: number): string => `projection_v${version}`;

/** Schema above versions: which projection is read. */
export const RELAY_SCHEMA = 'relay';
