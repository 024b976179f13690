import { setTimeout as sleep } from 'node:timers/promises';
import { pollPauseMs } from '@discord-relay/local-stack';

/** Waits for a condition; the deadline only ends a test that failed. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean, ms = 15_000) {
  const startedAtMs = Date.now();
  while (!(await holds())) {
    const waitedMs = Date.now() - startedAtMs;
    if (waitedMs > ms) throw new Error(`not in time: ${what}`);
    await sleep(pollPauseMs(waitedMs));
  }
}
