import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeEnd, describeEnds, unreachableService } from './ended-services.js';

/** A tenth of the wait so far: quick events are seen at once, and slow ones are not polled all the time. */
export const pollPauseMs = (waitedMs: number): number => Math.min(100, Math.max(5, waitedMs / 10));

/** The factor by which a machine with more runnable processes than cores is slower. */
export const loadFactor = (): number => 1 + loadavg()[0]! / availableParallelism();

/**
 * Polls until `probe` returns something other than undefined.
 * @param quietMs maximum time on a quiet machine; a busy one gets more
 * @throws Error that names `what` when the time is over, even if a probe does not return. Its cause is the error of the last probe;
 * its message names services that have ended by themselves.
 * @throws Error at once when a service that the probe needs has ended by itself and is not restarted
 */
export async function until<T>(
  what: string,
  quietMs: number,
  probe: () => Promise<T | undefined> | T | undefined,
  intervalMs?: number,
): Promise<T> {
  const timeoutMs = Math.round(quietMs * loadFactor());
  const startedAtMs = performance.now();
  const waitedMs = () => performance.now() - startedAtMs;
  let cause: unknown;
  while (waitedMs() < timeoutMs) {
    cause = undefined;
    try {
      const value = await within(Math.max(MIN_PROBE_MS, timeoutMs - waitedMs()), probe);
      if (value !== undefined) return value;
    } catch (error) {
      cause = error;
      const ended = unreachableService(error);
      if (ended)
        throw new Error(`${what}: impossible, because a service has ended\n${describeEnd(ended)}`, {
          cause: error,
        });
    }
    await sleep(intervalMs ?? pollPauseMs(waitedMs()));
  }
  const ends = describeEnds();
  throw new Error(`${what}: not within ${timeoutMs} ms${ends && `\n${ends}`}`, { cause });
}

/** A probe that starts shortly before the deadline still gets this time for its answer. */
const MIN_PROBE_MS = 1_000;

async function within<T>(limitMs: number, probe: () => Promise<T> | T): Promise<T> {
  const over = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: over.signal }).then(
    () => Promise.reject(new Error('the last probe did not return')),
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([probe(), limit]);
  } finally {
    over.abort();
  }
}
