/** Tells the time by what the NATS servers said last, and counts on from there by a clock that nobody sets. */
export class ServerClock {
  /** Epoch milliseconds when the monotonic clock was 0. Until a server has said the time: this machine's, at its start. */
  private originMs = performance.timeOrigin;

  /** @param time ISO 8601, as a server just said it. */
  synchronize(time: string | undefined): void {
    const saidMs = time === undefined ? NaN : Date.parse(time);
    if (Number.isFinite(saidMs)) this.originMs = saidMs - performance.now();
  }

  /** Epoch milliseconds. */
  now(): number {
    return Math.round(this.originMs + performance.now());
  }

  /** ISO 8601. */
  get iso(): string {
    return new Date(this.now()).toISOString();
  }
}

/**
 * The time as this process's part of the system has it. What other processes read goes by it, or by nobody's clock:
 * this machine's may be set at any moment.
 */
export const serverClock = new ServerClock();
