import { TokenBucket } from './token-bucket.js';

/** A burst is what a page needs that starts anew. */
const BURST_SECONDS = 10;

/**
 * A bucket for each key. One that nobody took from while a burst is gained is full, as a new one is: it is forgotten, so
 * that as many are kept as keys came in the last seconds.
 */
export class RateLimiter {
  private recent = new Map<string, TokenBucket>();
  private older = new Map<string, TokenBucket>();
  private rotatedAtMs = 0;

  constructor(private readonly ratePerS: number) {}

  get size(): number {
    return this.recent.size + this.older.size;
  }

  /** Takes one request; returns 0, or how many milliseconds to wait. `nowMs`: of a clock that never goes back. */
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
