/** A Discord id: an unsigned 64-bit integer as a decimal string. */
export type Snowflake = string;

/** The first millisecond of 2015, the epoch of Discord's ids. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

const SEQUENCE_BITS = 22n;
// Worker 1, process 0: constant here, so only the twelve low bits distinguish ids of one millisecond.
const WORKER = 1n << 17n;
const IDS_PER_MS = 4096;

/** Orders ids by age without parsing them. Negative when `a` is older. */
export function compareSnowflakes(a: Snowflake, b: Snowflake): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** When `id` was created, in milliseconds since the Unix epoch. */
export function snowflakeTimeMs(id: Snowflake): number {
  return Number(BigInt(id) >> SEQUENCE_BITS) + DISCORD_EPOCH_MS;
}

/** The part of a guild id that decides its shard: `shardKey % shardCount`. Fits a double (42 bits). */
export function shardKey(guildId: Snowflake): number {
  return Number(BigInt(guildId) >> SEQUENCE_BITS);
}

/** Whether a query or body value is a snowflake: digits without a leading zero, below 2^64. */
export function isSnowflake(value: unknown): value is Snowflake {
  return typeof value === 'string' && /^(0|[1-9]\d{0,19})$/.test(value) && BigInt(value) < 1n << 64n;
}

/** Generates unique, strictly increasing ids, even if the clock steps back. */
export class SnowflakeSource {
  private lastMs = DISCORD_EPOCH_MS;
  private sequence = -1;
  private baseMs = -1;
  private knownBase = 0n;

  /** @param atMs wall clock in milliseconds; the id contains this time unless later ids already exist. */
  next(atMs: number): Snowflake {
    const requestedMs = Math.floor(atMs);
    if (requestedMs > this.lastMs) {
      this.lastMs = requestedMs;
      this.sequence = 0;
    } else if (++this.sequence === IDS_PER_MS) {
      this.lastMs += 1;
      this.sequence = 0;
    }
    return (this.base() + BigInt(this.sequence)).toString();
  }

  /** The id of the latest millisecond with a sequence of 0. */
  private base(): bigint {
    if (this.baseMs !== this.lastMs) {
      this.baseMs = this.lastMs;
      this.knownBase = (BigInt(this.lastMs - DISCORD_EPOCH_MS) << SEQUENCE_BITS) | WORKER;
    }
    return this.knownBase;
  }

  /** Prevents ids at or below `id`: called for everything read from a state file. */
  advanceTo(id: Snowflake): void {
    const atMs = snowflakeTimeMs(id);
    if (atMs < this.lastMs) return;
    const sequence = Number(BigInt(id) & BigInt(IDS_PER_MS - 1));
    this.sequence = atMs === this.lastMs ? Math.max(this.sequence, sequence) : sequence;
    this.lastMs = atMs;
  }
}
