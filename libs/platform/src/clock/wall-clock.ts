/**
 * The time of day in milliseconds since the Unix epoch, for the expiry of tokens and for timestamps. It may be adjusted at any time,
 * also backwards, so durations and deadlines use `performance.now()`.
 */
export const wallClockMs = (): number => Date.now();

/** The time of day in ISO 8601, UTC. */
export const wallClockIso = (): string => new Date(wallClockMs()).toISOString();

/** An adjusted clock is noticed within this time. */
const CHECK_EVERY_MS = 60_000;

/** Calls back when the time of day reaches `atMs`, never synchronously. @returns a function that cancels the call */
export function atWallClock(atMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const leftMs = Math.max(0, atMs - wallClockMs());
    timer = setTimeout(check, Math.min(leftMs, CHECK_EVERY_MS)).unref();
  };
  const check = (): void => (wallClockMs() < atMs ? wait() : callback());
  wait();
  return () => clearTimeout(timer);
}
