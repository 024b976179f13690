/** Runs one round of work after another: at intervals, and at once when it is woken. */
export class Rounds {
  private isStopped = false;
  private isFailing = false;
  private wake: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  /** @param onError called for the first of consecutive failures; the next round tries again */
  constructor(
    private readonly intervalMs: number,
    private readonly round: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Begins the next round now, or after the round in progress. */
  wakeUp(): void {
    this.wake();
  }

  /** Resolves after the round in progress. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      // Before the round: a change during it triggers another one.
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      await this.round().then(
        () => (this.isFailing = false),
        (error: unknown) => {
          if (!this.isFailing) this.onError(error);
          this.isFailing = true;
        },
      );
      const timer = setTimeout(this.wake, this.intervalMs);
      await woken;
      clearTimeout(timer);
    }
  }
}
