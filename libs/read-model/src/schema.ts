/** The shape of the read models that this code writes and reads. A new shape is a new version in a new schema. */
export const PROJECTION_VERSION = 1;

/** Schema that holds everything of one projection version: rows, changes, checkpoints. */
export const projectionSchema = (version: number): string => `projection_v${version}`;

/** Schema above versions: which projection is read. */
export const RELAY_SCHEMA = 'relay';
