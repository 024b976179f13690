/** Where every bucket starts: one request a second. */
const FIRST_INTERVAL_MS = 1_000;
const SHORTEST_INTERVAL_MS = 50;
const LONGEST_INTERVAL_MS = 30_000;

/** What an answer says of its bucket; undefined where it says nothing. */
export interface BucketState {
  remaining: number | undefined;
  resetAfterMs: number | undefined;
}

/**
 * Time between two requests of a bucket: halved with every answer, not below what the headers allow. Their remaining
 * count is known to be wrong at times (discord-api-docs #8161), so a refusal doubles whatever they said.
 */
export function nextIntervalMs(intervalMs: number, answer: BucketState | 'refused'): number {
  if (answer === 'refused') return Math.min(LONGEST_INTERVAL_MS, intervalMs * 2);
  const { remaining, resetAfterMs } = answer;
  const allowedMs = resetAfterMs === undefined ? 0 : resetAfterMs / Math.max(1, remaining ?? 0);
  return Math.min(LONGEST_INTERVAL_MS, Math.max(SHORTEST_INTERVAL_MS, allowedMs, intervalMs / 2));
}

/** When the next request may go out: spaced per bucket, and over all buckets evenly up to a rate. Times in ms. */
export class RequestPacer {
  private readonly buckets = new Map<string, { intervalMs: number; nextAtMs: number }>();
  private nextAtMs = 0;

  constructor(private readonly requestsPerSecond: number) {}

  /** Reserves the next turn of a bucket and says when it is. */
  reserve(bucket: string, nowMs: number): number {
    const { intervalMs, nextAtMs } = this.bucket(bucket);
    const atMs = Math.max(nowMs, nextAtMs, this.nextAtMs);
    this.nextAtMs = Math.max(nowMs, this.nextAtMs) + 1_000 / this.requestsPerSecond;
    this.buckets.set(bucket, { intervalMs, nextAtMs: atMs + intervalMs });
    return atMs;
  }

  onAnswer(bucket: string, answer: BucketState): void {
    const state = this.bucket(bucket);
    const intervalMs = nextIntervalMs(state.intervalMs, answer);
    this.buckets.set(bucket, { intervalMs, nextAtMs: state.nextAtMs + intervalMs - state.intervalMs });
  }

  /** A 429, or the library's word that one would come. */
  onRateLimited(bucket: string, waitMs: number, nowMs: number, everywhere: boolean): void {
    const intervalMs = nextIntervalMs(this.bucket(bucket).intervalMs, 'refused');
    this.buckets.set(bucket, { intervalMs, nextAtMs: nowMs + waitMs });
    if (everywhere) this.nextAtMs = Math.max(this.nextAtMs, nowMs + waitMs);
  }

  /** A bucket that is not asked any more. */
  forget(bucket: string): void {
    this.buckets.delete(bucket);
  }

  private bucket(bucket: string) {
    return this.buckets.get(bucket) ?? { intervalMs: FIRST_INTERVAL_MS, nextAtMs: 0 };
  }
}

const REFUSAL_WINDOW_MS = 600_000;

/** Discord blocks an address after 10,000 answers of 401, 403 or 429 in ten minutes; this stops far below. */
export class RefusalCircuitBreaker {
  private refusedAtMs: number[] = [];

  constructor(private readonly limit = 1_000) {}

  refused(nowMs: number): void {
    this.refusedAtMs.push(nowMs);
  }

  isOpen(nowMs: number): boolean {
    if (this.refusedAtMs.length < this.limit) return false;
    this.refusedAtMs = this.refusedAtMs.filter((atMs) => atMs > nowMs - REFUSAL_WINDOW_MS);
    return this.refusedAtMs.length >= this.limit;
  }
}
