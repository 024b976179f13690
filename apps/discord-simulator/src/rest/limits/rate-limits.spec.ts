import fc from 'fast-check';
import { bucketOf, RateLimits } from './rate-limits.js';

const options = { restBucketLimit: 5, restBucketWindowMs: 5000, restGlobalLimit: 0 };

describe('rate limits', () => {
  it('each channel and route has its own bucket', () => {
    const one = bucketOf('GET', '/channels/1/messages/55');
    expect(bucketOf('GET', '/channels/1/messages/66')).toEqual(one);
    expect(bucketOf('GET', '/channels/2/messages/55')).not.toEqual(one);
    expect(bucketOf('DELETE', '/channels/1/messages/55')).not.toEqual(one);
    expect(bucketOf('GET', '/channels/1/messages/5/reactions/a')).toEqual(
      bucketOf('GET', '/channels/1/messages/5/reactions/b'),
    );
  });

  it('exactly the limit is allowed within a window', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(gaps, (waits) => {
        const limits = new RateLimits(options);
        let nowMs = 1000;
        let windowStart = -Infinity;
        let passed = 0;
        for (const wait of waits) {
          nowMs += wait;
          if (nowMs - windowStart >= options.restBucketWindowMs) [windowStart, passed] = [nowMs, 0];
          const verdict = limits.count('GET', '/channels/1/messages', nowMs)!;
          expect(verdict.refusedBy === null).toBe(passed < options.restBucketLimit);
          if (verdict.refusedBy === null) passed += 1;
          else expect(nowMs + verdict.retryAfterMs).toBe(windowStart + options.restBucketWindowMs);
          expect(verdict.remaining).toBe(options.restBucketLimit - passed);
        }
      }),
    );
  });

  it('the global limit counts all routes, and without a limit there is no result', () => {
    const limits = new RateLimits({ ...options, restBucketLimit: 0, restGlobalLimit: 2 });
    expect(limits.count('GET', '/a', 0)).toBeNull();
    expect(limits.count('GET', '/b', 10)).toBeNull();
    expect(limits.count('GET', '/c', 400)).toMatchObject({ refusedBy: 'global', retryAfterMs: 600 });
    expect(limits.count('GET', '/c', 1000)).toBeNull();
    expect(new RateLimits({ ...options, restBucketLimit: 0 }).count('GET', '/a', 0)).toBeNull();
  });
});
