import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Runs background tasks, a bounded number at a time, each in a new turn of the event loop, so that other work is not delayed. An
 * owner has at most one waiting task: a newer one replaces it.
 */
export class CoalescingQueue {
  private readonly waiting = new Map<object, () => Promise<void>>();
  private running = 0;

  constructor(private readonly concurrency: number) {}

  /** Adds the task, or replaces the waiting task of this owner. The task must not reject. */
  add(owner: object, task: () => Promise<void>): void {
    this.waiting.set(owner, task);
    if (this.running < this.concurrency) void this.run();
  }

  private async run(): Promise<void> {
    this.running += 1;
    try {
      for (let task = this.takeNext(); task; task = this.takeNext()) {
        await nextTurn();
        await task();
      }
    } finally {
      this.running -= 1;
    }
  }

  private takeNext(): (() => Promise<void>) | undefined {
    for (const [owner, task] of this.waiting) {
      this.waiting.delete(owner);
      return task;
    }
    return undefined;
  }
}
