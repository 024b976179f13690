import fc from 'fast-check';
import { hourInZone } from '../../ui/zoned-days.js';
import type { TimeRange } from '../model/machine-state.js';
import { tickLabels, ticksOf } from './ticks.js';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Sao_Paulo',
];
const between = (from: string, to: string): TimeRange => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });
const labels = (window: TimeRange, zone: string, most: number) =>
  ticksOf(window, zone, most).map(tickLabels(zone, 'en-GB'));

describe('the ticks of the time machine', () => {
  it('ticks are inside the window, in order and never too many, in every zone', () => {
    const windows = fc
      .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 3e11 }))
      .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }));
    fc.assert(
      fc.property(
        windows,
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 20 }),
        (window, zone, most) => {
          const times = ticksOf(window, zone, most).map(({ timeMs }) => timeMs);
          expect(times.length).toBeLessThanOrEqual(most);
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
          for (const timeMs of times) {
            expect(timeMs).toBeGreaterThanOrEqual(window.fromMs);
            expect(timeMs).toBeLessThanOrEqual(window.toMs);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a week has a tick for each day, in the zone of the reader', () => {
    const week = between('2026-03-25T12:00:00Z', '2026-04-01T12:00:00Z');
    expect(labels(week, 'Europe/Berlin', 8)).toEqual([
      ...['26 Mar', '27 Mar', '28 Mar', '29 Mar', '30 Mar', '31 Mar', '1 Apr'],
    ]);
    const starts = ticksOf(week, 'Europe/Berlin', 8).map(({ timeMs }) => new Date(timeMs).toISOString());
    // Clocks go forward on 29 March.
    expect(starts.slice(3, 5)).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
  });

  it('a day on which clocks go forward has ticks at the same hours as every day', () => {
    const day = between('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z');
    const ticks = ticksOf(day, 'Europe/Berlin', 5);
    expect(ticks.map(({ timeMs }) => hourInZone(timeMs, 'Europe/Berlin'))).toEqual([0, 6, 12, 18, 0]);
    expect(ticks.map(({ kind }) => kind)).toEqual(['day', 'time', 'time', 'time', 'day']);
  });

  it('a day on which clocks go back has the hour that comes twice at two places', () => {
    const day = between('2026-10-24T22:00:00Z', '2026-10-25T04:00:00Z');
    const times = labels(day, 'Europe/Berlin', 8);
    expect(times).toEqual(['25 Oct', '1:00', '2:00', '2:00', '3:00', '4:00', '5:00']);
  });

  it('a zone whose offset is not a whole hour has ticks at its own hours', () => {
    const morning = between('2026-03-01T00:20:00Z', '2026-03-01T06:20:00Z');
    expect(labels(morning, 'Asia/Kathmandu', 6)).toEqual(['7:00', '8:00', '9:00', '10:00', '11:00', '12:00']);
  });

  it('a minute, a month, a year and a decade have ticks of their size', () => {
    const from = '2026-03-01T10:00:00Z';
    expect(labels(between(from, '2026-03-01T10:02:00Z'), 'UTC', 8)).toEqual(['10:00', '10:01', '10:02']);
    expect(labels(between(from, '2026-03-31T10:00:00Z'), 'UTC', 6)).toEqual([
      ...['2 Mar', '9 Mar', '16 Mar', '23 Mar', '30 Mar'],
    ]);
    expect(labels(between(from, '2027-03-01T10:00:00Z'), 'UTC', 5)).toEqual([
      ...['Apr 2026', 'Jul 2026', 'Oct 2026', '2027'],
    ]);
    expect(labels(between(from, '2036-03-01T10:00:00Z'), 'UTC', 5)).toEqual([
      ...['2028', '2030', '2032', '2034', '2036'],
    ]);
  });

  it('the language of the reader decides how a tick is written', () => {
    const tick = { timeMs: Date.parse('2026-03-01T13:00:00Z'), kind: 'time' } as const;
    expect(tickLabels('UTC', 'en-US')(tick)).toMatch(/^1:00\sPM$/);
    expect(tickLabels('UTC', 'de')({ ...tick, kind: 'day' })).toBe('1. März');
  });
});
