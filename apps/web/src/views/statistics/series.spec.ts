import { bucketsOf, messagesByHourOfDay, type Range, spanOf, unitOf } from './series.js';

const at = (hour: string, messages: number) => ({ hour, messages, edits: 1, deletions: 0, reactions: 2 });
const NOW = Date.parse('2026-12-01T00:00:00Z');
const range = (from: string, to: string, zone = 'UTC'): Range => ({ from, to, zone });

describe('the series of a chart', () => {
  it('a short range has every hour, with zero for those without events', () => {
    const hours = [at('2026-03-01T01:00:00.000Z', 5)];
    const buckets = bucketsOf(hours, range('2026-03-01', '2026-03-01'), NOW);
    expect(buckets).toHaveLength(24);
    expect(buckets.slice(0, 3).map(({ messages }) => messages)).toEqual([0, 5, 0]);
    expect(buckets[1]).toMatchObject({ startMs: Date.parse('2026-03-01T01:00:00Z'), edits: 1, reactions: 2 });
  });

  it('a long range has every day of its time zone, and the hours of a day are summed', () => {
    const inBerlin = range('2026-03-20', '2026-04-05', 'Europe/Berlin');
    expect(unitOf(inBerlin)).toBe('day');
    const hours = [
      at('2026-03-28T22:00:00.000Z', 1),
      at('2026-03-28T23:00:00.000Z', 2),
      at('2026-03-29T21:00:00.000Z', 4),
    ];
    const buckets = bucketsOf(hours, inBerlin, NOW);
    expect(buckets).toHaveLength(17);
    expect(buckets.slice(8, 11).map(({ messages, edits }) => [messages, edits])).toEqual([
      [1, 1],
      [6, 2],
      [0, 0],
    ]);
  });

  it('neither the future nor anything outside the range has a bucket', () => {
    const day = range('2026-03-01', '2026-03-01');
    expect(bucketsOf([], day, Date.parse('2026-03-01T02:30:00Z'))).toHaveLength(3);
    expect(
      bucketsOf([at('2026-03-02T00:00:00.000Z', 9)], day, NOW).every(({ messages }) => messages === 0),
    ).toBe(true);
  });

  it('a day on which clocks change has 23 hours', () => {
    const { fromMs, toMs } = spanOf(range('2026-03-29', '2026-03-29', 'Europe/Berlin'));
    expect((toMs - fromMs) / 3_600_000).toBe(23);
  });

  it('hours of the day are those of the time zone', () => {
    const hours = [
      at('2026-03-01T23:00:00.000Z', 5),
      at('2026-03-02T23:00:00.000Z', 1),
      at('2026-03-02T10:00:00.000Z', 2),
    ];
    const sums = messagesByHourOfDay(hours, 'Asia/Tokyo');
    expect([sums[8], sums[19], sums[23]]).toEqual([6, 2, 0]);
  });
});
