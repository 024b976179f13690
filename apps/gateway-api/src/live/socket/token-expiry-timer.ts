/** The longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface ExpiryCallbacks {
  /** The token has ended. */
  expired: () => void;
  /** And nobody sent a new one in time. */
  graceOver: () => void;
}

/** When a token has ended and when its grace has too. */
export class TokenExpiryTimer {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly graceMs: number,
    private readonly callbacks: ExpiryCallbacks,
  ) {}

  /** From now on another end counts. `expiresAtMs`: since the Unix epoch. */
  set(expiresAtMs: number): void {
    this.wait(expiresAtMs, () => {
      this.callbacks.expired();
      this.wait(expiresAtMs + this.graceMs, this.callbacks.graceOver);
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
