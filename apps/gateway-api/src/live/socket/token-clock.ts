/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Moments {
  /** The token has ended. */
  ended: () => void;
  /** And nobody sent a new one in time. */
  over: () => void;
}

/** When a token has ended and when its grace has too. */
export class TokenClock {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly graceMs: number,
    private readonly moments: Moments,
  ) {}

  /** From now on another end counts. `expiresAtMs`: since the Unix epoch. */
  set(expiresAtMs: number): void {
    this.wait(expiresAtMs, () => {
      this.moments.ended();
      this.wait(expiresAtMs + this.graceMs, this.moments.over);
    });
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(untilMs: number, then: () => void): void {
    this.stop();
    const leftMs = untilMs - Date.now();
    const next = leftMs > MAX_TIMER_MS ? () => this.wait(untilMs, then) : then;
    this.timer = setTimeout(next, Math.min(Math.max(0, leftMs), MAX_TIMER_MS)).unref();
  }
}
