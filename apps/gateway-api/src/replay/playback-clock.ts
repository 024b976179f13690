/** Why a replay does not move: the user paused it, a snapshot is being read, or the client has not read what was sent. */
export type Hold = 'user' | 'snapshot' | 'client';

/**
 * The time of a replay, which moves `speed` times faster than real time unless it is held. All times in milliseconds: `nowMs` of a
 * monotonic clock, others since the Unix epoch.
 */
export class PlaybackClock {
  private readonly holds = new Set<Hold>();

  constructor(
    private timeMs: number,
    private factor: number,
    private sinceMs: number,
  ) {}

  get speed(): number {
    return this.factor;
  }

  isHeldBy(hold: Hold): boolean {
    return this.holds.has(hold);
  }

  at(nowMs: number): number {
    return this.holds.size > 0 ? this.timeMs : this.timeMs + (nowMs - this.sinceMs) * this.factor;
  }

  /** How long until the replay reaches a time; Infinity while it is held. */
  dueInMs(timeMs: number, nowMs: number): number {
    return this.holds.size > 0 ? Infinity : (timeMs - this.at(nowMs)) / this.factor;
  }

  setSpeed(speed: number, nowMs: number): void {
    this.jump(this.at(nowMs), nowMs);
    this.factor = speed;
  }

  jump(timeMs: number, nowMs: number): void {
    this.timeMs = timeMs;
    this.sinceMs = nowMs;
  }

  hold(hold: Hold, nowMs: number): void {
    this.jump(this.at(nowMs), nowMs);
    this.holds.add(hold);
  }

  release(hold: Hold, nowMs: number): void {
    this.jump(this.at(nowMs), nowMs);
    this.holds.delete(hold);
  }
}
