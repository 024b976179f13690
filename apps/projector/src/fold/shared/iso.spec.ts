import fc from 'fast-check';
import { hourOf, iso } from './iso.js';

const anyTime = fc.date({ min: new Date(0), max: new Date('2099-12-31T23:59:59.999Z'), noInvalidDate: true });

describe('iso', () => {
  it('every time is written in one format, whatever its input format', () => {
    fc.assert(
      fc.property(anyTime, (date) => {
        const written = date.toISOString();
        expect(iso(written)).toBe(written);
        expect(iso(written.replace('Z', '+00:00'))).toBe(written);
        expect(iso(written.replace('Z', '123+00:00'))).toBe(written);
      }),
    );
  });

  it.each(['2026-13-01T00:00:00.000Z', '2026-02-41T00:00:00.000Z', '2026-01-01T25:00:00.000Z', 'soon', ''])(
    '%p is rejected as a time',
    (time) => expect(() => iso(time)).toThrow(RangeError),
  );
});

it('hourOf returns the beginning of the hour, in any order of calls', () => {
  fc.assert(
    fc.property(fc.array(anyTime), (dates) => {
      for (const date of dates) {
        const hour = new Date(Math.floor(date.getTime() / 3_600_000) * 3_600_000);
        expect(hourOf(date.toISOString())).toBe(hour.toISOString());
      }
    }),
  );
});
