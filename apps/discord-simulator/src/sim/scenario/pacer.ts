const TICK_MS = 2;
/** After a late timer, the rate is at most this many times the configured one. */
const CATCH_UP = 4;

/** Decides when a scenario's steps are due. Delays in milliseconds. */
export interface Pacer {
  /** The steps to play now, and how long to wait before the next call. */
  due(nowMs: number): { steps: number; waitMs: number };
}

/** A constant average rate: every step has its time, and a late timer never causes a burst of a second. */
export class SteadyPacer implements Pacer {
  private played = 0;
  /** The time of the first call. */
  private startMs: number | null = null;
  private readonly maxSteps: number;

  constructor(private readonly perSecond: number) {
    this.maxSteps = Math.max(1, Math.ceil((perSecond * TICK_MS * CATCH_UP) / 1000));
  }

  due(nowMs: number): { steps: number; waitMs: number } {
    this.startMs ??= nowMs;
    const owed = Math.floor(((nowMs - this.startMs) * this.perSecond) / 1000) - this.played;
    const steps = Math.max(0, Math.min(owed, this.maxSteps));
    this.played += steps;
    const nextMs = this.startMs + ((this.played + 1) * 1000) / this.perSecond;
    return { steps, waitMs: Math.max(TICK_MS, Math.min(1000, nextMs - nowMs)) };
  }
}

/** How often a lively scenario checks for a connected client before it starts. */
const AUDIENCE_CHECK_MS = 250;
/** Messages in quick succession at first, so that a new reader does not see empty channels. */
const OPENING_STEPS = 30;

/** A human pace: a busy opening, then a message and a pause of one to three seconds, at times a quick answer. */
export class LivelyPacer implements Pacer {
  private steps = 0;
  private started = false;

  /**
   * @param random numbers in [0, 1).
   * @param hasAudience whether a client is connected; nothing is written before that.
   */
  constructor(
    private readonly random: () => number,
    private readonly hasAudience: () => boolean,
  ) {}

  due(): { steps: number; waitMs: number } {
    if (!this.started) {
      this.started = this.hasAudience();
      return { steps: 0, waitMs: AUDIENCE_CHECK_MS };
    }
    this.steps += 1;
    return { steps: 1, waitMs: this.pauseMs() };
  }

  private pauseMs(): number {
    if (this.steps < OPENING_STEPS) return 60 + this.random() * 120;
    return this.random() < 0.3 ? 300 + this.random() * 600 : 1000 + this.random() * 2000;
  }
}
