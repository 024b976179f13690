import fc from 'fast-check';
import { initialOf } from '../../ui/initial-of.js';
import { AUTHOR_COLOURS, authorColour } from './author-look.js';

describe('an author’s appearance', () => {
  it('an author’s colour is the same for the same id and spreads over all colours for consecutive ids', () => {
    const ids = Array.from({ length: 240 }, (_, i) => String(1_100_000_000_000_000_000n + BigInt(i)));
    expect(ids.map(authorColour)).toEqual(ids.map(authorColour));
    expect(new Set(ids.map(authorColour)).size).toBe(AUTHOR_COLOURS);
  });

  it('an author’s colour is one of the colours in the styles, whatever the id', () => {
    const anyId = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    fc.assert(
      fc.property(anyId, (id) => {
        expect(authorColour(id)).toBeGreaterThanOrEqual(0);
        expect(authorColour(id)).toBeLessThan(AUTHOR_COLOURS);
      }),
    );
  });

  it.each([
    ['ada', 'A'],
    ['_.grace', 'G'],
    ['名前', '名'],
    ['😀', '😀'],
    ['', '?'],
  ])('an author without an avatar is shown as the first letter of their name: %j', (name, initial) => {
    expect(initialOf(name)).toBe(initial);
  });
});
