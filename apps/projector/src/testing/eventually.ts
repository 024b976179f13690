import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition; the deadline only ends a test that failed. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean, ms = 15_000) {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await sleep(5);
  }
}
