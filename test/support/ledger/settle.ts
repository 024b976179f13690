import { setTimeout as sleep } from 'node:timers/promises';
import { type FactKey, type Tally } from './message-facts.js';

export interface Difference {
  lost: FactKey[];
  doubled: FactKey[];
  unknown: FactKey[];
}

/** Reads repeatedly until nothing is lost any more, or the time is over. */
export async function settled(
  read: () => Promise<Tally> | Tally,
  due: Tally,
  timeoutMs: number,
): Promise<Difference> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const difference = (await read()).compare(due);
    if (difference.lost.length === 0 || performance.now() > deadline) return difference;
    await sleep(250);
  }
}

/** The first few of each list, for people. */
export function reportDifference(progress: (line: string) => void, where: string, difference: object): void {
  for (const [what, list] of Object.entries(difference)) {
    if (Array.isArray(list) && list.length > 0)
      progress(`${where}: ${what}: ${list.slice(0, 5).join(' | ')}`);
  }
}
