import type { ReplayStatus } from '@discord-relay/contracts/wire';

/** The time that a replay shows between its events, which arrive seldom in quiet times. All times in milliseconds. */
export class ReplayPosition {
  private timeMs: number | undefined;
  private sinceMs = 0;
  private speed = 0;
  private endMs = Infinity;

  /** Milliseconds since the Unix epoch; undefined before the start. */
  at(nowMs: number): number | undefined {
    if (this.timeMs === undefined) return undefined;
    return Math.min(this.timeMs + (nowMs - this.sinceMs) * this.speed, this.endMs);
  }

  follow({ at, to, speed, paused }: ReplayStatus, nowMs: number): void {
    this.moveTo(Date.parse(at), nowMs);
    this.speed = paused ? 0 : speed;
    this.endMs = Date.parse(to);
  }

  moveTo(timeMs: number, nowMs: number): void {
    this.timeMs = timeMs;
    this.sinceMs = nowMs;
  }

  stop(timeMs: number): void {
    this.timeMs = timeMs;
    this.speed = 0;
  }
}
