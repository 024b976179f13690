/** A silence with a lower probability than this counts as a fault. */
const CHANCE = 1e-6;
/** Time constant of the average rate: longer than pauses in a conversation, shorter than changes over the day. */
const MEMORY_MS = 600_000;
/** A silence must exceed the longest known harmless one by this factor. */
const QUIET_FACTOR = 2;
/** Dispatches that arrive this soon after a reconnection were delayed on the previous connection. */
const REPLAY_MS = 10_000;

/**
 * Estimates from a shard's history how long a silence has to be to indicate a fault. Models arrivals as a Poisson process with an
 * exponentially decaying average rate: P(silence > t) = e^(-rate t). Because traffic comes in bursts, it also uses the longest
 * silences that proved harmless. Times are of a monotonic clock, in milliseconds.
 */
export class SilenceEstimator {
  /** Arrivals, each worth e^(-age / MEMORY_MS), at the time of the last one. */
  private weight = 0;
  private readonly sinceMs: number;
  private lastMs: number;
  private realQuietMs = 0;
  private alarm: { atMs: number; realQuietMs: number } | undefined;

  constructor(
    nowMs: number,
    private readonly minSilenceMs: number,
  ) {
    this.sinceMs = nowMs;
    this.lastMs = nowMs;
  }

  arrived(nowMs: number): void {
    const gapMs = Math.max(0, nowMs - this.lastMs);
    const forgotten = Math.exp(-gapMs / MEMORY_MS);
    this.weight = this.weight * forgotten + 1;
    const fault = this.alarm && nowMs - this.alarm.atMs < REPLAY_MS ? this.alarm : undefined;
    this.realQuietMs = fault?.realQuietMs ?? Math.max(gapMs, this.realQuietMs * forgotten);
    this.alarm = undefined;
    this.lastMs = Math.max(this.lastMs, nowMs);
  }

  silenceMs(nowMs: number): number {
    return nowMs - this.lastMs;
  }

  /** The silence that indicates a fault; Infinity while nothing is known. */
  get limitMs(): number {
    if (this.weight < 2) return Infinity;
    const likelyMs = -Math.log(CHANCE) / this.ratePerMs;
    return Math.max(this.minSilenceMs, likelyMs, QUIET_FACTOR * this.realQuietMs);
  }

  isTooSilent(nowMs: number): boolean {
    return this.silenceMs(nowMs) > this.limitMs;
  }

  /** Records a reconnection. If no dispatch arrives soon afterwards, the silence was harmless. */
  reconnected(nowMs: number): void {
    this.alarm = { atMs: nowMs, realQuietMs: this.realQuietMs };
    this.realQuietMs = Math.max(this.realQuietMs, this.silenceMs(nowMs));
  }

  /** Corrected for a history that is shorter than the time constant. */
  private get ratePerMs(): number {
    const knownMs = Math.max(this.minSilenceMs, this.lastMs - this.sinceMs);
    return this.weight / (MEMORY_MS * (1 - Math.exp(-knownMs / MEMORY_MS)));
  }
}
