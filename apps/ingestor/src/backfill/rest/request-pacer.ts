/** Initial interval of every bucket: one request per second. */
const FIRST_INTERVAL_MS = 1_000;
const SHORTEST_INTERVAL_MS = 50;
const LONGEST_INTERVAL_MS = 30_000;

/** The rate-limit headers of a response; undefined if they are missing. */
export interface BucketState {
  remaining: number | undefined;
  resetAfterMs: number | undefined;
}

/**
 * The interval between two requests of a bucket: halved with every response, but not below what the headers allow. Their remaining
 * count can be wrong (discord-api-docs #8161), so a refusal doubles the interval in any case.
 */
export function nextIntervalMs(intervalMs: number, answer: BucketState | 'refused'): number {
  if (answer === 'refused') return Math.min(LONGEST_INTERVAL_MS, intervalMs * 2);
  const { remaining, resetAfterMs } = answer;
  const allowedMs = resetAfterMs === undefined ? 0 : resetAfterMs / Math.max(1, remaining ?? 0);
  return Math.min(LONGEST_INTERVAL_MS, Math.max(SHORTEST_INTERVAL_MS, allowedMs, intervalMs / 2));
}

/** Schedules requests: spaces them within each bucket, and limits the rate over all buckets. Times are in milliseconds. */
export class RequestPacer {
  private readonly buckets = new Map<string, { intervalMs: number; nextAtMs: number }>();
  private nextAtMs = 0;

  constructor(private readonly requestsPerSecond: number) {}

  /** Reserves the next request of a bucket and returns its time. */
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

  /** Handles a 429 response, or the library's prediction of one. */
  onRateLimited(bucket: string, waitMs: number, nowMs: number, everywhere: boolean): void {
    const intervalMs = nextIntervalMs(this.bucket(bucket).intervalMs, 'refused');
    this.buckets.set(bucket, { intervalMs, nextAtMs: nowMs + waitMs });
    if (everywhere) this.nextAtMs = Math.max(this.nextAtMs, nowMs + waitMs);
  }

  /** Forgets a bucket that is not used any more. */
  forget(bucket: string): void {
    this.buckets.delete(bucket);
  }

  private bucket(bucket: string) {
    return this.buckets.get(bucket) ?? { intervalMs: FIRST_INTERVAL_MS, nextAtMs: 0 };
  }
}

const REFUSAL_WINDOW_MS = 600_000;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

/** Whether Discord counts an answer of this status towards its limit. */
export const isRefusal = (status: number): boolean => REFUSALS.has(status);

/** Opens long before Discord blocks the address, which it does after 10,000 responses of 401, 403 or 429 in ten minutes. */
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
