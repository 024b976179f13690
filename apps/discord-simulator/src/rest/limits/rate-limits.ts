import { createHash } from 'node:crypto';

/** The outcome for a request: numbers for the headers, and how long to wait if it was refused. */
export interface RateLimitResult {
  bucket: string;
  limit: number;
  remaining: number;
  /** Time until the bucket is full again. */
  resetAfterMs: number;
  /** Null if the request is allowed. */
  refusedBy: 'user' | 'global' | null;
  retryAfterMs: number;
}

interface Window {
  startMs: number;
  used: number;
}

export interface RateLimitOptions {
  /** Requests per bucket and window; 0 for no buckets. */
  restBucketLimit: number;
  restBucketWindowMs: number;
  /** Requests per second over all routes; 0 for no limit. */
  restGlobalLimit: number;
}

const GLOBAL_WINDOW_MS = 1000;
const MAJOR = /^(channels|guilds|webhooks)$/;
const MAX_WINDOWS = 10_000;

/** Rate limits as Discord has them: a bucket per route and major parameter, and a global one. */
export class RateLimits {
  private readonly windows = new Map<string, Window>();
  private overall: Window = { startMs: 0, used: 0 };

  constructor(private readonly options: RateLimitOptions) {}

  /** Counts a request. Null if no limits are configured. `path` is what follows `/api/v10`. */
  count(method: string, path: string, nowMs: number): RateLimitResult | null {
    const { restBucketLimit, restGlobalLimit } = this.options;
    if (restGlobalLimit > 0) {
      this.overall = current(this.overall, GLOBAL_WINDOW_MS, nowMs);
      if (this.overall.used >= restGlobalLimit) return this.refusedGlobally(nowMs);
      this.overall.used += 1;
    }
    return restBucketLimit > 0 ? this.countInBucket(method, path, nowMs) : null;
  }

  private countInBucket(method: string, path: string, nowMs: number): RateLimitResult {
    const { restBucketLimit: limit, restBucketWindowMs } = this.options;
    const { route, major } = bucketOf(method, path);
    const window = current(this.windows.get(route + major), restBucketWindowMs, nowMs);
    if (this.windows.size > MAX_WINDOWS) this.removeExpired(nowMs);
    this.windows.set(route + major, window);
    const refused = window.used >= limit;
    if (!refused) window.used += 1;
    const resetAfterMs = window.startMs + restBucketWindowMs - nowMs;
    return {
      bucket: createHash('sha256').update(route).digest('hex').slice(0, 32),
      limit,
      remaining: limit - window.used,
      resetAfterMs,
      refusedBy: refused ? 'user' : null,
      retryAfterMs: refused ? resetAfterMs : 0,
    };
  }

  private refusedGlobally(nowMs: number): RateLimitResult {
    const resetAfterMs = this.overall.startMs + GLOBAL_WINDOW_MS - nowMs;
    const limit = this.options.restGlobalLimit;
    const counts = { limit, remaining: 0, resetAfterMs, retryAfterMs: resetAfterMs };
    return { bucket: '', ...counts, refusedBy: 'global' };
  }

  private removeExpired(nowMs: number): void {
    for (const [key, { startMs }] of this.windows)
      if (nowMs - startMs >= this.options.restBucketWindowMs) this.windows.delete(key);
  }
}

/**
 * Requests share a bucket if they have the same route, which contains no ids, and the same first id after channels,
 * guilds or webhooks.
 */
export function bucketOf(method: string, path: string): { route: string; major: string } {
  const parts = path.split('/').filter((part) => part !== '');
  const major = MAJOR.test(parts[0] ?? '') ? `:${parts[1] ?? ''}` : '';
  const shape = parts.map((part, i) => (/^\d+$/.test(part) || parts[i - 1] === 'reactions' ? ':id' : part));
  return { route: `${method} /${shape.join('/')}`, major };
}

function current(window: Window | undefined, lengthMs: number, nowMs: number): Window {
  return window && nowMs - window.startMs < lengthMs ? window : { startMs: nowMs, used: 0 };
}
