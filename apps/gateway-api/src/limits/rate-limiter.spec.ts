import fc from 'fast-check';
import { RateLimiter } from './rate-limiter.js';

describe('RateLimiter', () => {
  it('RateLimiter gives each key its own bucket', () => {
    const limiter = new RateLimiter(1);
    for (let n = 0; n < 10; n++) expect(limiter.take('a', 0)).toBe(0);
    expect(limiter.take('a', 0)).toBe(1_000);
    expect(limiter.take('b', 0)).toBe(0);
    expect(limiter.take('a', 1_000)).toBe(0);
  });

  it('RateLimiter allows nobody more than the burst and the rate, whatever it removes', () => {
    const waits = fc.array(fc.record({ afterMs: fc.nat(12_000), key: fc.constantFrom('a', 'b') }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(waits, (requests) => {
        const limiter = new RateLimiter(1);
        let nowMs = 1;
        let taken = 0;
        for (const { afterMs, key } of requests) {
          nowMs += afterMs;
          if (limiter.take(key, nowMs) === 0 && key === 'a') taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(10 + nowMs / 1_000);
      }),
    );
  });

  it('RateLimiter keeps only keys that were used lately', () => {
    const limiter = new RateLimiter(1);
    for (let n = 0; n < 1_000; n++) limiter.take(`key ${n}`, n);
    limiter.take('a', 30_000);
    expect(limiter.size).toBe(1);
  });
});
