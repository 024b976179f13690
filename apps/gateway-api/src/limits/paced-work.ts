import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work for many that has no hurry: a few at a time, and never so much in one turn that others wait. */
export class CoalescingQueue {
  private readonly waiting = new Map<object, () => Promise<void>>();
  private running = 0;

  constructor(private readonly atATime: number) {}

  /** For `whom` what was asked for last is done, once. It may not fail. */
  add(whom: object, work: () => Promise<void>): void {
    this.waiting.set(whom, work);
    if (this.running < this.atATime) void this.run();
  }

  private async run(): Promise<void> {
    this.running += 1;
    try {
      for (let next = this.next(); next; next = this.next()) {
        await nextTurn();
        await next();
      }
    } finally {
      this.running -= 1;
    }
  }

  private next(): (() => Promise<void>) | undefined {
    for (const [whom, work] of this.waiting) {
      this.waiting.delete(whom);
      return work;
    }
    return undefined;
  }
}
