/** Allows `ratePerS` requests per second and bursts of `burst`. */
export class TokenBucket {
  private tokens: number;
  private filledAtMs: number;

  constructor(
    private readonly ratePerS: number,
    private readonly burst: number,
    nowMs: number,
  ) {
    this.tokens = burst;
    this.filledAtMs = nowMs;
  }

  /** Takes one token; returns 0, or how many milliseconds to wait if there is none. */
  take(nowMs: number): number {
    const gained = ((nowMs - this.filledAtMs) / 1_000) * this.ratePerS;
    this.tokens = Math.min(this.burst, this.tokens + Math.max(0, gained));
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return Math.ceil(((1 - this.tokens) / this.ratePerS) * 1_000);
    this.tokens -= 1;
    return 0;
  }
}
