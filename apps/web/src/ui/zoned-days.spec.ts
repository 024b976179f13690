import fc from 'fast-check';
import { addDays, dayInZone, dayStartInZone, hourInZone } from './zoned-days.js';

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

describe('days in time zones', () => {
  it.each([
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-03-01', 'Asia/Kathmandu', '2026-02-28T18:15:00.000Z'],
    ['2026-03-01', 'Pacific/Kiritimati', '2026-02-28T10:00:00.000Z'],
    ['2026-03-01', 'Pacific/Niue', '2026-03-01T11:00:00.000Z'],
    ['2026-03-01', 'UTC', '2026-03-01T00:00:00.000Z'],
  ])('%s begins in %s at %s', (day, zone, start) => {
    expect(iso(dayStartInZone(day, zone))).toBe(start);
  });

  it('a day without a midnight begins an hour later', () => {
    const start = dayStartInZone('2026-04-24', 'Africa/Cairo');
    expect(iso(start)).toBe('2026-04-23T22:00:00.000Z');
    expect(hourInZone(start, 'Africa/Cairo')).toBe(1);
  });

  it('every time is in its day: from its beginning to that of the next one', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Tehran',
    );
    const time = fc.integer({ min: Date.parse('2015-01-01'), max: Date.parse('2035-01-01') });
    fc.assert(
      fc.property(time, zone, (timeMs, inZone) => {
        const day = dayInZone(timeMs, inZone);
        expect(dayStartInZone(day, inZone)).toBeLessThanOrEqual(timeMs);
        expect(dayStartInZone(addDays(day, 1), inZone)).toBeGreaterThan(timeMs);
      }),
    );
  });
});
