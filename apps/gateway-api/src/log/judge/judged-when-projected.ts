import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';
import type { LoggedEvent } from '../select/logged-event.js';

/** How often it is checked whether the read models have reached an event. */
const PROJECTION_POLL_MS = 25;

interface Judging<T> {
  /** Judges the events up to the first that is not projected yet. */
  judge: (events: readonly LoggedEvent[]) => Promise<T>;
  /** Runs the work of all readers of the process, one task at a time. */
  run: <R>(task: () => Promise<R>) => Promise<R>;
  /** How long the read models may need to reach the next event. */
  waitMs: number;
  signal: AbortSignal;
}

/**
 * Judges events as the read models reach them, in order; `last` is the last event of each part. Ends early when it is aborted.
 * @throws AppError `SERVICE.UNAVAILABLE` when the read models are behind for too long
 */
export async function* judgedWhenProjected<T extends { count: number }>(
  events: readonly LoggedEvent[],
  { judge, run, waitMs, signal }: Judging<T>,
): AsyncGenerator<{ judged: T; last: LoggedEvent }> {
  let untilMs = performance.now() + waitMs;
  for (let rest = events; rest.length > 0 && !signal.aborted;) {
    const judged = await run(() => judge(rest));
    const { count } = judged;
    if (count > 0) {
      yield { judged, last: rest[count - 1]! };
      rest = rest.slice(count);
      untilMs = performance.now() + waitMs;
    } else if (performance.now() > untilMs)
      throw new AppError('SERVICE.UNAVAILABLE', 'the read models are behind the log: continue later');
    else await sleep(PROJECTION_POLL_MS);
  }
}
