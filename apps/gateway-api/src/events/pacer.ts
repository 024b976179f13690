import { setTimeout as sleep } from 'node:timers/promises';

/** Timers are limited to 24 days, and the clock of a machine that sleeps may jump. */
const SLEEP_MS = 60_000;

interface Timed {
  storedAtMs: number;
}

/** Releases events with their original spacing, divided by `speed`. */
export class Pacer {
  private start: { eventMs: number; atMs: number } | undefined;

  /** @param speed 0: all at once */
  constructor(
    private readonly speed: number,
    private readonly signal: AbortSignal,
  ) {}

  /** The events in groups, each when all of its events are due; ends early when it is aborted. */
  async *release<T extends Timed>(events: readonly T[]): AsyncGenerator<readonly T[]> {
    if (this.speed === 0) return void (yield events);
    for (let i = 0; i < events.length && !this.signal.aborted;) {
      await this.waitFor(events[i]!);
      const first = i++;
      while (i < events.length && this.dueInMs(events[i]!) <= 0) i++;
      if (!this.signal.aborted) yield events.slice(first, i);
    }
  }

  private async waitFor(event: Timed): Promise<void> {
    for (let leftMs = this.dueInMs(event); leftMs > 0 && !this.signal.aborted; leftMs = this.dueInMs(event))
      await sleep(Math.min(leftMs, SLEEP_MS), undefined, { signal: this.signal }).catch((error: Error) => {
        if (error.name !== 'AbortError') throw error;
      });
  }

  private dueInMs({ storedAtMs }: Timed): number {
    const nowMs = performance.now();
    this.start ??= { eventMs: storedAtMs, atMs: nowMs };
    return this.start.atMs + (storedAtMs - this.start.eventMs) / this.speed - nowMs;
  }
}
