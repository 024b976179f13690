import fc from 'fast-check';
import { backOffMs } from './back-off.js';

describe('backOffMs', () => {
  it('a back-off is never longer than the doubled delay or the cap, and never negative', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (attempt, random) => {
        const delay = backOffMs(attempt, { firstMs: 1_000, capMs: 60_000 }, random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2 ** attempt));
      }),
    );
  });

  it('a back-off grows with the attempts', () => {
    const at = (attempt: number) => backOffMs(attempt, { firstMs: 1_000, capMs: 60_000 }, 0.5);
    expect([0, 1, 2, 10].map(at)).toEqual([500, 1_000, 2_000, 30_000]);
  });
});
