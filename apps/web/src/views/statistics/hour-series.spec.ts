import { hourSeries } from './hour-series.js';

const COUNTS = { edits: 0, deletions: 0, reactions: 0, authors: 1 };

describe('hourSeries', () => {
  it('hourSeries has every hour, with zero for hours without events', () => {
    const hours = [{ hour: '2026-01-01T01:00:00.000Z', messages: 5, ...COUNTS }];
    const from = Date.parse('2026-01-01T00:30:00.000Z');
    const [times, messages] = hourSeries(hours, from, from + 2 * 3_600_000);
    expect(times.map((time) => new Date(time * 1_000).getUTCHours())).toEqual([0, 1, 2]);
    expect(messages).toEqual([0, 5, 0]);
  });
});
