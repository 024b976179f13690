/** The time of the NATS servers: their last timestamp, advanced by this process's monotonic clock. */
export class ServerClock {
  /** Epoch milliseconds at the origin of the monotonic clock; by this machine's clock until the first timestamp. */
  private originMs = performance.timeOrigin;

  /** @param time ISO 8601, as a server has just reported it. */
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
 * The clock for every timestamp that other processes read, because this machine's own clock may be wrong or be adjusted.
 */
export const serverClock = new ServerClock();
