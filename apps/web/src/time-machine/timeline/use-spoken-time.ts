import { useRef } from 'react';

const SAY_EVERY_MS = 10_000;

/** The time that a screen reader says: while it moves by itself, a new one every ten seconds, because it would never stop. */
export function useSpokenTime(timeMs: number, isMoving: boolean): number {
  const spoken = useRef({ timeMs, sinceMs: -Infinity });
  const nowMs = performance.now();
  if (!isMoving || nowMs - spoken.current.sinceMs >= SAY_EVERY_MS)
    spoken.current = { timeMs, sinceMs: nowMs };
  return spoken.current.timeMs;
}
