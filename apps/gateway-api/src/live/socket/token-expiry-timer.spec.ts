import { jest } from '@jest/globals';
import { TokenExpiryTimer } from './token-expiry-timer.js';

describe('TokenExpiryTimer', () => {
  const started = 1_700_000_000_000;
  let calls: string[];
  let clock: TokenExpiryTimer;

  beforeEach(() => {
    jest.useFakeTimers({ now: started });
    calls = [];
    clock = new TokenExpiryTimer(100, {
      expired: () => calls.push('ended'),
      graceEnded: () => calls.push('over'),
    });
  });
  afterEach(() => jest.useRealTimers());

  it('TokenExpiryTimer reports when the token has expired, and when its grace period has', () => {
    clock.set(started + 1_000);
    jest.advanceTimersByTime(999);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(['ended']);
    jest.advanceTimersByTime(100);
    expect(calls).toEqual(['ended', 'over']);
  });

  it('TokenExpiryTimer uses the newest token', () => {
    clock.set(started + 1_000);
    jest.advanceTimersByTime(1_050);
    clock.set(started + 5_000);
    jest.advanceTimersByTime(3_000);
    expect(calls).toEqual(['ended']);
  });

  it('TokenExpiryTimer waits longer than a timer can', () => {
    const expiresAt = started + 60 * 24 * 60 * 60 * 1_000;
    const minute = 60_000;
    clock.set(expiresAt);
    jest.advanceTimersByTime(minute);
    expect(calls).toEqual([]);
    // The clock is set instead of advanced: advancing it would run one check a minute, 86,400 in all.
    jest.setSystemTime(expiresAt - minute);
    jest.advanceTimersByTime(minute - 1);
    expect(calls).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(calls).toEqual(['ended']);
  });

  it('TokenExpiryTimer reports nothing after it was stopped', () => {
    clock.set(started + 1_000);
    clock.stop();
    jest.advanceTimersByTime(10_000);
    expect(calls).toEqual([]);
  });
});
