import { followsAfterScroll } from './scroll-following.js';

describe('followsAfterScroll', () => {
  it('stops at the first upward movement, however small', () => {
    expect(followsAfterScroll(true, 2, -2)).toBe(false);
  });

  it('follows at the very bottom, even if the list became shorter', () => {
    expect(followsAfterScroll(false, 0, -40)).toBe(true);
    expect(followsAfterScroll(true, 0.8, -0.8)).toBe(true);
  });

  it('follows again near the bottom on the way down', () => {
    expect(followsAfterScroll(false, 20, 5)).toBe(true);
    expect(followsAfterScroll(false, 400, 5)).toBe(false);
  });

  it('keeps following if the list only grew', () => {
    expect(followsAfterScroll(true, 400, 0)).toBe(true);
  });
});
