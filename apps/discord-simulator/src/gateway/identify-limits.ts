import type { SimulatorOptions } from '../options.js';
import { epochMs } from '../state/model/world-types.js';

const DAY_MS = 86_400_000;

type LimitOptions = Pick<
  SimulatorOptions,
  'sessionStartTotal' | 'maxConcurrency' | 'identifyWindowMs' | 'sessionStartEnforced'
>;

/** Limits on IDENTIFY: once per bucket of shards and window, and a daily budget. */
export class IdentifyLimits {
  private readonly lastByBucket = new Map<number, number>();
  private budgetStartMs = epochMs();
  private used = 0;
  private reset = false;

  constructor(private readonly options: LimitOptions) {}

  /** True once an enforced budget is exhausted: the token is invalid until `restore`. */
  get isTokenReset(): boolean {
    return this.reset;
  }

  /**
   * Whether the bucket of the shard is free; if so, it is used. Shards that differ modulo max_concurrency have different
   * buckets.
   */
  reserveBucket(shardId: number, nowMs: number): boolean {
    const bucket = shardId % this.options.maxConcurrency;
    const last = this.lastByBucket.get(bucket);
    if (last !== undefined && nowMs - last < this.options.identifyWindowMs) return false;
    this.lastByBucket.set(bucket, nowMs);
    return true;
  }

  /** Counts an identify. @returns false if the budget is exhausted, and the token with it. */
  spend(): boolean {
    this.renew();
    if (this.options.sessionStartEnforced && this.used >= this.options.sessionStartTotal) this.reset = true;
    if (!this.reset) this.used += 1;
    return !this.reset;
  }

  /** Starts a new day; a token that was reset is valid again. */
  restore(): void {
    this.budgetStartMs = epochMs();
    this.used = 0;
    this.reset = false;
  }

  /** The `session_start_limit` object of `GET /gateway/bot`. */
  startLimit(): { total: number; remaining: number; reset_after: number; max_concurrency: number } {
    this.renew();
    const total = this.options.sessionStartTotal;
    return {
      total,
      remaining: Math.max(0, total - this.used),
      reset_after: Math.max(0, this.budgetStartMs + DAY_MS - epochMs()),
      max_concurrency: this.options.maxConcurrency,
    };
  }

  private renew(): void {
    if (epochMs() - this.budgetStartMs < DAY_MS) return;
    this.budgetStartMs = epochMs();
    this.used = 0;
  }
}
