/** Runs tasks one after the other, in the order they came. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Tasks that have not ended. */
  get size(): number {
    return this.waiting;
  }

  /** Settles as the task does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    const result = this.last.then(task).finally(() => (this.waiting -= 1));
    // A failed task is its caller's matter; the next one runs all the same.
    this.last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
