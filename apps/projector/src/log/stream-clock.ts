/**
 * The clock of the server that stores the log, for the age of stored events: the wall clock of this process may be wrong or be
 * adjusted. Between two observations it advances with this process's monotonic clock.
 */
export class StreamClock {
  private offsetMs = performance.timeOrigin;

  /** @param serverTime the server's current time, as it writes times; undefined when the server sent none */
  observe(serverTime: string | undefined, monotonicMs = performance.now()): void {
    const ms = Date.parse(serverTime ?? '');
    if (Number.isFinite(ms)) this.offsetMs = ms - monotonicMs;
  }

  /** Milliseconds since the Unix epoch. */
  nowMs(monotonicMs = performance.now()): number {
    return this.offsetMs + monotonicMs;
  }
}

/** The clock of the log's server. A process reads one log. */
export const streamClock = new StreamClock();
