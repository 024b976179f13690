import { setTimeout as sleep } from 'node:timers/promises';
import { Semaphore } from '@discord-relay/platform';

/** Changes are delivered live if one was announced within this time. */
const LIVE_WINDOW_MS = 500;
/** Time that readers rest after work, as a multiple of it. */
const REST_PER_WORK = 9;
const LONGEST_REST_MS = 250;

/**
 * Runs the work of all readers of the log in a process, one task at a time. While changes are delivered live, the readers rest for
 * most of the time: live delivery shares the process, its event loop and the database with them.
 */
export class LivePriority {
  private readonly tasks = new Semaphore(1);
  private restUntilMs = 0;
  private lastChangeMs = (): number => -Infinity;

  /** @param lastChangeMs when the last change was announced, by `performance.now()` */
  follow(lastChangeMs: () => number): void {
    this.lastChangeMs = lastChangeMs;
  }

  get isLive(): boolean {
    return performance.now() - this.lastChangeMs() < LIVE_WINDOW_MS;
  }

  /** Runs a task of a reader that keeps a pace of its own. Settles as the task does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.tasks.run(task);
  }

  /** Runs a task of a reader that reads as fast as it can. Settles as the task does. */
  async runWithRest<T>(task: () => Promise<T>): Promise<T> {
    for (;;) {
      // Outside of the queue, so that readers with a pace of their own need not wait.
      if (this.restMs > 0) await sleep(this.restMs);
      const outcome = await this.tasks.run(async () =>
        // Another reader may have worked meanwhile.
        this.restMs > 0 ? undefined : { value: await this.timed(task) },
      );
      if (outcome) return outcome.value;
    }
  }

  private async timed<T>(task: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    try {
      return await task();
    } finally {
      const workedMs = performance.now() - startedAtMs;
      if (this.isLive)
        this.restUntilMs = performance.now() + Math.min(LONGEST_REST_MS, workedMs * REST_PER_WORK);
    }
  }

  private get restMs(): number {
    return this.restUntilMs - performance.now();
  }
}
