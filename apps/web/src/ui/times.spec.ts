import { dayName, dayOf } from './times.js';

const at = (day: number, hours: number) => new Date(2026, 4, day, hours);

describe('days', () => {
  it('days are the reader’s calendar days', () => {
    expect(dayOf(at(10, 0).toISOString())).toBe(dayOf(at(10, 23).toISOString()));
    expect(dayOf(at(10, 23).toISOString())).not.toBe(dayOf(at(11, 0).toISOString()));
  });

  it('days are named by distance when they are near, by date otherwise', () => {
    const now = at(10, 9).getTime();
    const names = [at(10, 0), at(9, 23), at(8, 23)].map((date) => dayName(date.toISOString(), now));
    expect(new Set(names).size).toBe(3);
    expect(names[2]).toContain('8');
  });

  it('days have their year if it is not this year', () => {
    expect(dayName(new Date(2024, 1, 3).toISOString(), at(10, 9).getTime())).toContain('2024');
  });
});
