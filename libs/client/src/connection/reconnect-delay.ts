const FIRST_MS = 500;
const CAP_MS = 20_000;

/**
 * Full jitter: evenly distributed between 0.5 s and a bound that doubles from 1 s to 20 s, so that the clients of a restarted
 * gateway do not all return at once. `random` is in [0, 1).
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const boundMs = Math.min(CAP_MS, 2 * FIRST_MS * 2 ** attempt);
  return Math.round(FIRST_MS + random * (boundMs - FIRST_MS));
}
