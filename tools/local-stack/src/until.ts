import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until `probe` gives something other than undefined.
 * @throws Error that names `what` when the time is over; its cause is the probe's last failure.
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  probe: () => Promise<T | undefined> | T | undefined,
  intervalMs = 25,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let failure: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      failure = error;
    }
    await sleep(intervalMs);
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: failure });
}
