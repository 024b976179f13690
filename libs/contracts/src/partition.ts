/** The number of partitions of a new stream. The stream's metadata fixes it from then on. */
export const DEFAULT_PARTITIONS = 8;

/**
 * The partition of a guild: FNV-1a (32 bit) of the id's characters, modulo `partitions`. Every process must always compute the
 * same value, so it depends only on its arguments.
 */
export function partitionOf(guildId: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < guildId.length; i++) {
    hash = Math.imul(hash ^ guildId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
