interface Waiter {
  isMet: () => boolean;
  resolve: () => void;
}

/** A condition variable: callers wait until a predicate is true; its owner calls {@link Condition.notify} after changes. */
export class Condition {
  private waiters: Waiter[] = [];

  /** Resolves when `isMet` is true: at once, or after a notification. */
  async until(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve) => this.waiters.push({ isMet, resolve }));
  }

  /** Checks the predicate of every waiting caller. */
  notify(): void {
    if (this.waiters.length === 0) return;
    const met = this.waiters.filter(({ isMet }) => isMet());
    this.waiters = this.waiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }
}
