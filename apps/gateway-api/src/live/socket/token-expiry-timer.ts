import { atWallClock } from '@discord-relay/platform';

interface ExpiryCallbacks {
  expired: () => void;
  /** The grace period has ended without a new token. */
  graceEnded: () => void;
}

/** Calls back when a token expires, and when its grace period ends. */
export class TokenExpiryTimer {
  private cancel: () => void = () => undefined;

  constructor(
    private readonly graceMs: number,
    private readonly callbacks: ExpiryCallbacks,
  ) {}

  /** Sets the expiry, in milliseconds since the Unix epoch. */
  set(expiresAtMs: number): void {
    this.stop();
    this.cancel = atWallClock(expiresAtMs, () => {
      const timer = setTimeout(this.callbacks.graceEnded, this.graceMs).unref();
      this.cancel = () => clearTimeout(timer);
      this.callbacks.expired();
    });
  }

  stop(): void {
    this.cancel();
  }
}
