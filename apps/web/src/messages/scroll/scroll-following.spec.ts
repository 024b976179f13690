import { followsAfterScroll } from './scroll-following.js';

describe('followsAfterScroll', () => {
  it('a list stops following at the first upward movement, however small', () => {
    expect(followsAfterScroll(true, 2, -2)).toBe(false);
  });

  it('a list follows at the very bottom, even if it became shorter', () => {
    expect(followsAfterScroll(false, 0, -40)).toBe(true);
    expect(followsAfterScroll(true, 0.8, -0.8)).toBe(true);
  });

  it('a list follows again near the bottom on the way down', () => {
    expect(followsAfterScroll(false, 20, 5)).toBe(true);
    expect(followsAfterScroll(false, 400, 5)).toBe(false);
  });

  it('a list keeps following if it only grew', () => {
    expect(followsAfterScroll(true, 400, 0)).toBe(true);
  });
});
