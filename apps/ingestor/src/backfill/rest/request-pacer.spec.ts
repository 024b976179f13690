import fc from 'fast-check';
import { nextIntervalMs, RefusalCircuitBreaker, RequestPacer } from './request-pacer.js';

describe('nextIntervalMs', () => {
  it('the interval between requests shrinks while requests succeed', () =>
    expect(nextIntervalMs(1_000, { remaining: undefined, resetAfterMs: undefined })).toBe(500));

  it('the interval between requests is no shorter than the headers allow', () => {
    expect(nextIntervalMs(1_000, { remaining: 4, resetAfterMs: 4_000 })).toBe(1_000);
    expect(nextIntervalMs(100, { remaining: 0, resetAfterMs: 3_000 })).toBe(3_000);
  });

  it('the interval between requests doubles after a refusal, and stays within its bounds', () => {
    expect(nextIntervalMs(400, 'refused')).toBe(800);
    const number = fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined });
    const answer = fc.oneof(
      fc.constant('refused' as const),
      fc.record({ remaining: number, resetAfterMs: number }),
    );
    fc.assert(
      fc.property(fc.array(answer), (answers) => {
        const intervalMs = answers.reduce((interval: number, each) => nextIntervalMs(interval, each), 1_000);
        expect(intervalMs).toBeGreaterThanOrEqual(50);
        expect(intervalMs).toBeLessThanOrEqual(30_000);
      }),
    );
  });
});

describe('RequestPacer', () => {
  it('RequestPacer starts each bucket at one request a second, without delaying other buckets', () => {
    const pace = new RequestPacer(10);
    expect([pace.reserve('a', 0), pace.reserve('a', 0), pace.reserve('b', 0)]).toEqual([0, 1_000, 200]);
  });

  it('RequestPacer limits the rate over all buckets', () => {
    const pace = new RequestPacer(10);
    const times = Array.from({ length: 5 }, (_, i) => pace.reserve(`b${i}`, 0));
    expect(times).toEqual([0, 100, 200, 300, 400]);
  });

  it('RequestPacer waits as long as a refusal says, in all buckets if the refusal is global', () => {
    const pace = new RequestPacer(50);
    pace.onRateLimited('a', 5_000, 0, false);
    expect(pace.reserve('a', 0)).toBe(5_000);
    expect(pace.reserve('b', 0)).toBeLessThan(5_000);
    pace.onRateLimited('a', 9_000, 0, true);
    expect(pace.reserve('c', 0)).toBe(9_000);
  });
});

describe('RefusalCircuitBreaker', () => {
  it('RefusalCircuitBreaker opens at its limit and closes when the refusals are ten minutes old', () => {
    const breaker = new RefusalCircuitBreaker(3);
    for (const atMs of [0, 1, 2]) {
      expect(breaker.isOpen(atMs)).toBe(false);
      breaker.refused(atMs);
    }
    expect(breaker.isOpen(2)).toBe(true);
    expect(breaker.isOpen(600_001)).toBe(false);
  });
});
