import { bytesOf, cutText, fitting, MAX_ANSWER_BYTES } from './limits.js';

describe('the limits of an answer', () => {
  it('items that fit are kept, and the first one always', () => {
    const item = 'x'.repeat(10_000);
    const items = Array.from({ length: 20 }, () => item);
    const kept = fitting(items);
    expect(kept.length).toBeGreaterThan(1);
    expect(bytesOf(kept)).toBeLessThan(MAX_ANSWER_BYTES);
    expect(fitting([...kept, item])).toEqual(kept);
    expect(fitting(['x'.repeat(100_000), item])).toHaveLength(1);
    expect(fitting([])).toEqual([]);
  });

  it('a text is cut with a mark, and never within a character', () => {
    expect(cutText('abc', 3)).toBe('abc');
    expect(cutText('abcd', 3)).toBe('ab…');
    expect(cutText('a😀bc', 3)).toBe('a…');
    expect(cutText('abc', 0)).toBe('');
  });
});
