/** How many partitions a new stream gets; fixed in the stream's metadata from then on. */
export const DEFAULT_PARTITIONS = 8;

/**
 * The partition of a guild: FNV-1a (32 bit) of the id's characters, modulo `partitions`.
 * Every process must agree on it for ever, so it depends on nothing but its arguments.
 */
export function partitionOf(guildId: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < guildId.length; i++) {
    hash = Math.imul(hash ^ guildId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
