const TICK_MS = 2;
/** A late timer is made up for at no more than this many times the rate. */
const CATCH_UP = 4;

/** When a scenario's steps are due. Delays in milliseconds. */
export interface Pacer {
  /** Steps to take now, and how long to wait before asking again. */
  due(nowMs: number): { steps: number; waitMs: number };
}

/** A constant rate, kept over time: every step has its moment, and a late timer never makes a burst of a second. */
export class SteadyPacer implements Pacer {
  private taken = 0;
  /** The moment of the first question. */
  private startMs: number | null = null;
  private readonly maxSteps: number;

  constructor(private readonly perSecond: number) {
    this.maxSteps = Math.max(1, Math.ceil((perSecond * TICK_MS * CATCH_UP) / 1000));
  }

  due(nowMs: number): { steps: number; waitMs: number } {
    this.startMs ??= nowMs;
    const owed = Math.floor(((nowMs - this.startMs) * this.perSecond) / 1000) - this.taken;
    const steps = Math.max(0, Math.min(owed, this.maxSteps));
    this.taken += steps;
    const nextMs = this.startMs + ((this.taken + 1) * 1000) / this.perSecond;
    return { steps, waitMs: Math.max(TICK_MS, Math.min(1000, nextMs - nowMs)) };
  }
}

/** How often a lively scenario looks whether somebody listens, before it begins. */
const AUDIENCE_CHECK_MS = 250;
/** Lines said in quick succession at first, so that a newcomer does not meet empty rooms. */
const OPENING_STEPS = 30;

/** People's pace: a busy opening, then a line, a pause of one to three seconds, now and then an answer right after. */
export class LivelyPacer implements Pacer {
  private steps = 0;
  private begun = false;

  /**
   * @param random numbers in [0, 1).
   * @param hasAudience whether a client is connected; nobody speaks before one is.
   */
  constructor(
    private readonly random: () => number,
    private readonly hasAudience: () => boolean,
  ) {}

  due(): { steps: number; waitMs: number } {
    if (!this.begun) {
      this.begun = this.hasAudience();
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
