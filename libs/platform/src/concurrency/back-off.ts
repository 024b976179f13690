import { setTimeout as sleep } from 'node:timers/promises';

export interface BackOffOptions {
  firstMs: number;
  capMs: number;
  signal?: AbortSignal;
}

/** Exponential back-off with full jitter: between 0 and `firstMs * 2^attempt`, at most `capMs`. `random` is in [0, 1). */
export function backOffMs(attempt: number, { firstMs, capMs }: BackOffOptions, random: number): number {
  return Math.round(Math.min(capMs, firstMs * 2 ** attempt) * random);
}

/** Waits before attempt `attempt + 1`. Rejects when the signal aborts. */
export async function backOff(attempt: number, options: BackOffOptions): Promise<void> {
  await sleep(backOffMs(attempt, options, Math.random()), undefined, { signal: options.signal });
}
