import { TokenBucket } from './token-bucket.js';

/** Allows the burst of requests with which the page starts. */
const BURST_SECONDS = 10;

/**
 * A token bucket for each key. A bucket that was not used for the time that it takes to fill equals a new one and is dropped,
 * so only recently used keys are in memory.
 */
export class RateLimiter {
  private recent = new Map<string, TokenBucket>();
  private older = new Map<string, TokenBucket>();
  private rotatedAtMs = 0;

  constructor(private readonly ratePerS: number) {}

  get size(): number {
    return this.recent.size + this.older.size;
  }

  /** Takes one request; returns 0, or how many milliseconds to wait. `nowMs` must be monotonic. */
  take(key: string, nowMs: number): number {
    this.rotate(nowMs);
    const known = this.recent.get(key) ?? this.older.get(key);
    const bucket = known ?? new TokenBucket(this.ratePerS, this.ratePerS * BURST_SECONDS, nowMs);
    this.older.delete(key);
    this.recent.set(key, bucket);
    return bucket.take(nowMs);
  }

  private rotate(nowMs: number): void {
    if (nowMs - this.rotatedAtMs < BURST_SECONDS * 1_000) return;
    this.older = nowMs - this.rotatedAtMs < 2 * BURST_SECONDS * 1_000 ? this.recent : new Map();
    this.recent = new Map();
    this.rotatedAtMs = nowMs;
  }
}
