import fc from 'fast-check';
import { fieldTime } from './times.js';

it('the field for a time takes every time to the second', () => {
  // Years of four digits, which the field of browsers takes.
  fc.assert(
    fc.property(fc.integer({ min: -60_000_000_000_000, max: 250_000_000_000_000 }), (timeMs) => {
      const text = fieldTime(timeMs);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      // An hour that comes twice when clocks go back is written alike.
      expect(fieldTime(Date.parse(text))).toBe(text);
    }),
  );
});
