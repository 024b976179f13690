import { setTimeout as sleep } from 'node:timers/promises';

/** A tenth of the wait so far: what comes soon is seen at once, and what takes long is not asked for all the time. */
export const pollPauseMs = (waitedMs: number): number => Math.min(100, Math.max(5, waitedMs / 10));

/**
 * Polls until `probe` gives something other than undefined.
 * @throws Error that names `what` when the time is over; its cause is the probe's last failure.
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined> | T | undefined,
  intervalMs?: number,
): Promise<T> {
  const startedAtMs = Date.now();
  let failure: unknown;
  while (Date.now() - startedAtMs < timeoutMs) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      failure = error;
    }
    await sleep(intervalMs ?? pollPauseMs(Date.now() - startedAtMs));
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: failure });
}
