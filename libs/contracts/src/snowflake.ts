/**
 * A Discord id: an unsigned 64-bit integer as a decimal string. Never a number, because ids exceed 2^53.
 * @pattern ^\d{1,20}$
 */
export type Snowflake = string & { readonly __brand: 'Snowflake' };

const PATTERN = /^\d{1,20}$/;
const MAX = 2n ** 64n - 1n;
/** The largest id that a signed 64-bit column can hold; Discord reaches it in 2084. */
export const LAST_SNOWFLAKE = '9223372036854775807' as Snowflake;
/** Digits of 2^64 - 1. Any number with fewer digits is smaller. */
const MAX_DIGITS = 20;
/** 2015-01-01T00:00:00.000Z, the epoch of Discord's ids. */
export const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** Whether the value is an unsigned 64-bit integer as a decimal string of at most 20 digits. */
export function isSnowflake(value: unknown): value is Snowflake {
  if (typeof value !== 'string' || !PATTERN.test(value)) return false;
  return value.length < MAX_DIGITS || BigInt(value) <= MAX;
}

/** When the id was created, in milliseconds since the Unix epoch. */
export function snowflakeTimeMs(id: Snowflake): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;
}

/** The smallest id that can have been created at a time (milliseconds since the Unix epoch), at most {@link LAST_SNOWFLAKE}. */
export function firstSnowflakeAt(timeMs: number): Snowflake {
  const id = BigInt(Math.max(0, Math.ceil(timeMs) - DISCORD_EPOCH_MS)) << 22n;
  return (id < BigInt(LAST_SNOWFLAKE) ? String(id) : LAST_SNOWFLAKE) as Snowflake;
}

/** Orders ids as Discord does, by value: `'9' < '10'`. */
export function compareSnowflakes(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
