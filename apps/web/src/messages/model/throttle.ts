/** Runs an action with the newest value: at once after a pause, and otherwise at most once in a period. */
export class Throttle<T> {
  private waiting: { value: T } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly run: (value: T) => void,
    private readonly periodMs: number,
  ) {}

  push(value: T): void {
    this.waiting = { value };
    if (this.timer === undefined) this.runAndWait();
  }

  /** Runs the action now if a value waits. */
  flush(): void {
    const { waiting } = this;
    this.drop();
    if (waiting) this.run(waiting.value);
  }

  /** Forgets the value that waits. */
  drop(): void {
    this.waiting = null;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private runAndWait(): void {
    const { waiting } = this;
    this.waiting = null;
    this.timer = undefined;
    if (!waiting) return;
    this.timer = setTimeout(() => this.runAndWait(), this.periodMs);
    this.run(waiting.value);
  }
}
