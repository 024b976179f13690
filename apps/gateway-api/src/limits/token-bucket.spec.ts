import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  it('a token bucket allows a burst and then returns how long to wait', () => {
    const bucket = new TokenBucket(2, 3, 0);
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0]);
    expect(bucket.take(0)).toBe(500);
  });

  it('a token bucket fills at its rate up to the burst', () => {
    const bucket = new TokenBucket(2, 2, 0);
    bucket.take(0);
    bucket.take(0);
    expect(bucket.take(500)).toBe(0);
    expect(bucket.take(600)).toBe(400);
    expect([bucket.take(60_000), bucket.take(60_000)]).toEqual([0, 0]);
    expect(bucket.take(60_000)).toBe(500);
  });
});
