import fc from 'fast-check';
import { codePoint } from '../../../../test/support/values/code-point.js';
import { shorten } from './shorten.js';

describe('shorten', () => {
  it('shorten keeps a text that fits, and marks a cut', () => {
    expect(shorten('abc', 3)).toBe('abc');
    expect(shorten('abcd', 3)).toBe('ab…');
    expect(shorten('a😀bc', 3)).toBe('a…');
  });

  it('shorten never exceeds the limit and never makes text that UTF-8 cannot encode', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: codePoint, maxLength: 40 }),
        fc.integer({ min: 2, max: 40 }),
        (text, maxChars) => {
          const short = shorten(text, maxChars);
          expect(short.length).toBeLessThanOrEqual(maxChars);
          expect(() => encodeURIComponent(short)).not.toThrow();
          expect(short.endsWith('…') || short === text).toBe(true);
        },
      ),
    );
  });
});
