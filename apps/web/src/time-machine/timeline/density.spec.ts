import fc from 'fast-check';
import { barsPath, bucketsOf, minutesOf, mostIn, unitOf } from './density.js';

const HOUR_MS = 3_600_000;
const at = (time: string): number => Date.parse(time);
const hour = (time: string, messages: number) => ({ hour: `${time}:00:00.000Z`, messages });
const lengthInHours = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => (toMs - fromMs) / HOUR_MS;

describe('the density of the time machine', () => {
  it('a short window counts by minute, a week by hour, and a longer one by day', () => {
    const windowOf = (hours: number) => ({ fromMs: 0, toMs: hours * HOUR_MS });
    expect([6, 7, 168, 720].map((hours) => unitOf(windowOf(hours)))).toEqual([
      'minute',
      'hour',
      'hour',
      'day',
    ]);
  });

  it('days have the hours of the zone, 23 and 25 of them where clocks change', () => {
    const zone = 'Europe/Berlin';
    const year = { fromMs: at('2026-01-01T00:00:00Z'), toMs: at('2027-01-01T00:00:00Z') };
    const hours = [
      hour('2026-03-28T22', 1),
      hour('2026-03-28T23', 2),
      hour('2026-03-29T21', 3),
      hour('2026-03-29T22', 4),
      hour('2026-10-24T22', 5),
      hour('2026-10-25T22', 6),
    ];
    const days = bucketsOf(hours, year, zone);
    expect(days.map(({ messages }) => messages)).toEqual([1, 5, 4, 11]);
    expect(days.map(lengthInHours)).toEqual([24, 23, 24, 25]);
    expect(new Date(days[1]!.fromMs).toISOString()).toBe('2026-03-28T23:00:00.000Z');
  });

  it('hours outside of the window are left out, and one that reaches into it is not', () => {
    const day = { fromMs: at('2026-03-01T10:30:00Z'), toMs: at('2026-03-02T10:00:00Z') };
    const hours = ['2026-03-01T09', '2026-03-01T10', '2026-03-01T11', '2026-03-02T10'].map((time) =>
      hour(time, 1),
    );
    expect(bucketsOf(hours, day, 'UTC').map(({ fromMs }) => new Date(fromMs).getUTCHours())).toEqual([
      10, 11,
    ]);
  });

  it('no message of the window is lost, whatever its zone', () => {
    const counts = fc.uniqueArray(fc.tuple(fc.nat(20_000), fc.nat(9)), { selector: ([index]) => index });
    fc.assert(
      fc.property(counts, fc.constantFrom('UTC', 'America/St_Johns', 'Pacific/Apia'), (found, zone) => {
        const window = { fromMs: 0, toMs: 20_001 * HOUR_MS };
        const hours = found.map(([index, messages]) => ({
          hour: new Date(index * HOUR_MS).toISOString(),
          messages,
        }));
        const sum = bucketsOf(hours, window, zone).reduce((all, { messages }) => all + messages, 0);
        expect(sum).toBe(found.reduce((all, [, messages]) => all + messages, 0));
      }),
    );
  });

  it('minutes are counted from the times of messages in the window', () => {
    const window = { fromMs: 30_000, toMs: 300_000 };
    expect(minutesOf([10_000, 40_000, 50_000, 130_000, 400_000], window)).toEqual([
      { fromMs: 0, toMs: 60_000, messages: 2 },
      { fromMs: 120_000, toMs: 180_000, messages: 1 },
    ]);
  });

  it('bars keep inside their box, and the fewest messages are still seen', () => {
    const window = { fromMs: 0, toMs: 100 };
    const buckets = [
      { fromMs: -50, toMs: 10, messages: 1 },
      { fromMs: 10, toMs: 20, messages: 1_000 },
    ];
    expect(mostIn(buckets)).toBe(1_000);
    expect(barsPath(buckets, window, 1_000, 100)).toBe('M0.0 100V92.0H100.0V100ZM100.0 100V0.0H200.0V100Z');
    expect(barsPath([], window, 1_000, 100)).toBe('');
  });
});
