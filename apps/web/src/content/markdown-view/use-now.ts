import { useSyncExternalStore } from 'react';
import { wallClockMs } from '../../ui/wall-clock.js';

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = wallClockMs();

function tick(): void {
  nowMs = wallClockMs();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function snapshot(): number {
  // The timer runs only while there are listeners.
  if (timer === undefined) nowMs = Math.floor(wallClockMs() / TICK_MS) * TICK_MS;
  return nowMs;
}

/** The time, for texts such as "2 minutes ago": one timer for all of them. */
export const useNow = (): number => useSyncExternalStore(subscribe, snapshot, snapshot);
