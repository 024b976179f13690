import { firstSnowflakeAt, type Snowflake, type WireHistoryMessage } from '@discord-relay/contracts';
import { dayAt, dayStartMs, firstIdOfDay, nearestDay } from './days.js';

const at = (...date: [number, number, number, number?]) => new Date(...date).getTime();
const said = (timeMs: number) =>
  ({ id: firstSnowflakeAt(timeMs), timestamp: new Date(timeMs).toISOString() }) as WireHistoryMessage;

/** A channel with messages at these times. */
const channel =
  (...timesMs: number[]) =>
  ({ before, after, limit }: { before?: string; after?: string; limit: number }) => {
    const all = timesMs.map(said);
    const found = before
      ? all.filter(({ id }) => BigInt(id) < BigInt(before)).slice(-limit)
      : all.filter(({ id }) => BigInt(id) > BigInt(after!)).slice(0, limit);
    return Promise.resolve({ messages: found });
  };

describe('days of the reader', () => {
  it('days of the reader begin at midnight of their time zone', () => {
    const noon = at(2026, 2, 29, 12);
    expect(dayAt(noon)).toBe('2026-03-29');
    expect(dayStartMs('2026-03-29')).toBe(at(2026, 2, 29));
    expect(dayAt(dayStartMs('2026-03-29', 1))).toBe('2026-03-30');
    expect(dayAt(dayStartMs('2026-03-29') - 1)).toBe('2026-03-28');
  });

  it('jumping to a day skips days without messages to the nearest one with some', async () => {
    const read = channel(at(2026, 0, 1, 23), at(2026, 0, 5), at(2026, 0, 9, 1));
    expect(await nearestDay(read, '2026-01-05', 'before')).toBe('2026-01-01');
    expect(await nearestDay(read, '2026-01-05', 'after')).toBe('2026-01-09');
    expect(await nearestDay(read, '2026-01-01', 'before')).toBeNull();
    expect(await nearestDay(read, '2026-01-09', 'after')).toBeNull();
    expect(await nearestDay(read, '2026-01-04', 'after')).toBe('2026-01-05');
  });

  it('days of the reader have a first id', () =>
    expect(BigInt(firstIdOfDay('2026-01-02')) > BigInt(firstIdOfDay('2026-01-01') as Snowflake)).toBe(true));
});
