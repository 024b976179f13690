/** A silence that would come by chance less often than this is taken for a fault. */
const CHANCE = 1e-6;
/** Time over which the rate is averaged: long enough for a pause in a talk, short enough for the hour of the day. */
const MEMORY_MS = 600_000;
/** A silence has to be this much longer than one that turned out to be real. */
const QUIET_FACTOR = 2;
/** What arrives so soon after a connection was renewed had been held back by the one before. */
const REPLAY_MS = 10_000;

/**
 * How long a shard may be silent before that is a fault rather than quiet, from its own history. Arrivals are taken as a
 * Poisson process with an exponentially forgotten rate: P(silence > t) = e^(-rate t). People come in bursts, so the
 * longest silences known to be real are remembered besides. Times are of a monotonic clock, in milliseconds.
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

  /** The silence from which on it is a fault; Infinity while nothing is known. */
  get limitMs(): number {
    if (this.weight < 2) return Infinity;
    const likelyMs = -Math.log(CHANCE) / this.ratePerMs;
    return Math.max(this.minSilenceMs, likelyMs, QUIET_FACTOR * this.realQuietMs);
  }

  isTooSilent(nowMs: number): boolean {
    return this.silenceMs(nowMs) > this.limitMs;
  }

  /** The connection is renewed. Unless something arrives right then, the silence was real. */
  reconnected(nowMs: number): void {
    this.alarm = { atMs: nowMs, realQuietMs: this.realQuietMs };
    this.realQuietMs = Math.max(this.realQuietMs, this.silenceMs(nowMs));
  }

  /** Corrected for the time over which there was anything to remember. */
  private get ratePerMs(): number {
    const knownMs = Math.max(this.minSilenceMs, this.lastMs - this.sinceMs);
    return this.weight / (MEMORY_MS * (1 - Math.exp(-knownMs / MEMORY_MS)));
  }
}
