/** Timers are limited to 24 days, and the clock of a machine that sleeps may jump. */
const SLEEP_MS = 60_000;

/** A sleep that can be ended early. Only one at a time. */
export class Sleeper {
  private end: (() => void) | undefined;
  /** A wake-up that no sleep has ended yet. */
  private woken = false;

  /** Resolves after the time, or earlier. */
  async sleep(ms: number): Promise<void> {
    if (!this.woken)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms, SLEEP_MS));
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.woken = false;
    this.end = undefined;
  }

  /** Ends the present sleep, or else the next one. */
  wake(): void {
    this.woken = true;
    this.end?.();
  }
}
