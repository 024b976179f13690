import fc from 'fast-check';
import { codePoint } from './code-point.js';

describe('codePoint', () => {
  it('a code point is one character of Unicode, and never a surrogate', () => {
    fc.assert(
      fc.property(codePoint, (character) => {
        expect([...character]).toHaveLength(1);
        expect(character).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it('the code points include the first and the last character, and those beside the surrogates', () => {
    const ends = ['\u0000', '\ud7ff', '\ue000', '\u{10ffff}'];
    const isGenerated = (character: string) => codePoint.canShrinkWithoutContext(character);
    expect(ends.map(isGenerated)).toEqual([true, true, true, true]);
    expect(['\ud800', '\udfff', '', 'ab'].map(isGenerated)).toEqual([false, false, false, false]);
  });

  it('the strings include names of properties that JavaScript treats specially, as `binary` does', () => {
    const texts = fc.sample(fc.string({ unit: codePoint }), { numRuns: 2_000, seed: 1 });
    expect(texts).toContain('__proto__');
  });
});
