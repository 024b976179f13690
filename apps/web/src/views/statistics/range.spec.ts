import { inZone, lastDays, limited, MAX_DAYS, rangeIn, searchOf } from './range.js';

const NOW = Date.parse('2026-03-10T23:30:00Z');

describe('the range of statistics', () => {
  it('the range of statistics is the last seven days in the time zone of the address', () => {
    expect(rangeIn('zone=Asia/Tokyo', NOW)).toEqual({
      from: '2026-03-05',
      to: '2026-03-11',
      zone: 'Asia/Tokyo',
    });
    expect(lastDays(30, 'UTC', NOW)).toEqual({ from: '2026-02-09', to: '2026-03-10', zone: 'UTC' });
  });

  it('the range of statistics that ends today does so in another time zone, and other ranges keep their days', () => {
    const inTokyo = lastDays(30, 'Asia/Tokyo', NOW);
    expect(inZone(lastDays(30, 'UTC', NOW), 'Asia/Tokyo', NOW)).toEqual(inTokyo);
    expect(inZone(inTokyo, 'UTC', NOW)).toEqual(lastDays(30, 'UTC', NOW));
    const earlier = { from: '2026-03-01', to: '2026-03-09', zone: 'UTC' };
    expect(inZone(earlier, 'Asia/Tokyo', NOW)).toEqual({ ...earlier, zone: 'Asia/Tokyo' });
  });

  it('the range of statistics is kept in the address', () => {
    const range = { from: '2026-01-01', to: '2026-02-01', zone: 'Europe/Berlin' };
    expect(rangeIn(searchOf(range), NOW)).toEqual(range);
  });

  it.each(['from=2026-02-30&to=2026-03-05', 'from=x&to=2026-03-05', 'to=2026-03-05'])(
    'the range of statistics ignores days that do not exist: %s',
    (search) =>
      expect(rangeIn(`${search}&zone=UTC`, NOW)).toEqual({
        from: '2026-02-27',
        to: '2026-03-05',
        zone: 'UTC',
      }),
  );

  it('the range of statistics ignores unknown time zones', () => {
    expect(rangeIn('zone=Mars/Base', NOW).zone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it('the range of statistics is limited: the end that the reader did not change moves', () => {
    const range = { from: '2026-03-05', to: '2026-03-01', zone: 'UTC' };
    expect(limited(range, 'from')).toMatchObject({ from: '2026-03-05', to: '2026-03-05' });
    expect(limited(range, 'to')).toMatchObject({ from: '2026-03-01', to: '2026-03-01' });
    const long = { from: '2020-01-01', to: '2026-01-01', zone: 'UTC' };
    expect(limited(long, 'from').to).toBe('2020-12-30');
    expect(limited(long, 'to').from).toBe('2025-01-02');
    expect(MAX_DAYS).toBe(365);
  });
});
