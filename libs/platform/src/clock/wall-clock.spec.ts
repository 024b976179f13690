import { jest } from '@jest/globals';
import { atWallClock } from './wall-clock.js';

const HOUR_MS = 3_600_000;
const startMs = 1_700_000_000_000;

describe('atWallClock', () => {
  let calls: number;
  let cancel: () => void;

  beforeEach(() => {
    jest.useFakeTimers({ now: startMs });
    calls = 0;
    cancel = atWallClock(startMs + HOUR_MS, () => (calls += 1));
  });
  afterEach(() => jest.useRealTimers());

  it('a wall-clock timer fires once, at the given time', () => {
    jest.advanceTimersByTime(HOUR_MS - 1);
    expect(calls).toBe(0);
    jest.advanceTimersByTime(1);
    expect(calls).toBe(1);
    jest.advanceTimersByTime(HOUR_MS);
    expect(calls).toBe(1);
  });

  it('a wall-clock timer fires within a minute after the clock was set past the time', () => {
    jest.advanceTimersByTime(1_000);
    jest.setSystemTime(startMs + 2 * HOUR_MS);
    jest.advanceTimersByTime(60_000);
    expect(calls).toBe(1);
  });

  it('a wall-clock timer waits for the time again after the clock was set back', () => {
    jest.advanceTimersByTime(HOUR_MS / 2);
    jest.setSystemTime(startMs);
    jest.advanceTimersByTime(HOUR_MS - 60_000);
    expect(calls).toBe(0);
    jest.advanceTimersByTime(60_000);
    expect(calls).toBe(1);
  });

  it('a wall-clock timer does not fire synchronously for a past time', () => {
    atWallClock(startMs - 1, () => (calls += 1));
    expect(calls).toBe(0);
    jest.advanceTimersByTime(0);
    expect(calls).toBe(1);
  });

  it('a wall-clock timer does not fire once it is cancelled, nor for a time that never comes', () => {
    cancel();
    atWallClock(Infinity, () => (calls += 1));
    jest.advanceTimersByTime(2 * HOUR_MS);
    expect(calls).toBe(0);
  });
});
