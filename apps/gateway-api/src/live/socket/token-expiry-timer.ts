/** The longest delay that a timer accepts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface ExpiryCallbacks {
  /** The token has expired. */
  expired: () => void;
  /** The grace period has ended without a new token. */
  graceOver: () => void;
}

/** Calls back when a token expires, and when its grace period ends. */
export class TokenExpiryTimer {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly graceMs: number,
    private readonly callbacks: ExpiryCallbacks,
  ) {}

  /** Sets the expiry, in milliseconds since the Unix epoch. */
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
