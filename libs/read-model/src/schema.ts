/** The shape of the read models that this code writes and reads. A new shape is a new version in a new schema. */
export const PROJECTION_VERSION = 1;

/** Schema that holds everything of one projection version: rows, changes, checkpoints. */
export const projectionSchema = (version: number): string => `projection_v${version}`;

/** Schema above versions: which projection is read. */
export const RELAY_SCHEMA = 'relay';

/**
 * Key in `feed_heads` of the newest change of a whole guild, whatever its feed; `changes.guild_prev` chains it.
 * Not a feed that clients follow: gateways find holes by it.
 */
export const guildHead = (guildId: string): `a:${string}` => `a:${guildId}`;
