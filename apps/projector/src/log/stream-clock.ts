/**
 * The time of the server that stores the log, for durations since an event was stored: the wall clock of this process
 * may be wrong or be set. Between two answers of the server it goes by this process's monotonic clock.
 */
export class StreamClock {
  private offsetMs = performance.timeOrigin;

  /** @param serverTime what the server said just now, as it writes times; a server may say nothing */
  observe(serverTime: string | undefined, monotonicMs = performance.now()): void {
    const ms = Date.parse(serverTime ?? '');
    if (Number.isFinite(ms)) this.offsetMs = ms - monotonicMs;
  }

  /** Milliseconds since the Unix epoch. */
  nowMs(monotonicMs = performance.now()): number {
    return this.offsetMs + monotonicMs;
  }
}

/** That of the one log that a process reads. */
export const streamClock = new StreamClock();
