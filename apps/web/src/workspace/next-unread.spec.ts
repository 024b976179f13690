import type { Snowflake } from '@discord-relay/contracts';
import { unreadAfter } from './next-unread.js';

const ids = (...values: number[]) => values.map((value) => String(value) as Snowflake);
const ORDER = ids(1, 2, 3, 4);
const newest = (entries: Record<number, number>) =>
  new Map(Object.entries(entries).map(([id, last]) => [id as Snowflake, String(last) as Snowflake]));
const read = (entries: Record<number, number>) => ({
  of: (id: Snowflake) =>
    entries[Number(id)] === undefined ? null : (String(entries[Number(id)]) as Snowflake),
});

describe('the next unread channel', () => {
  it('the next unread channel is below the open one, then from the top again', () => {
    const found = newest({ 1: 100, 2: 100, 3: 100 });
    expect(unreadAfter(ORDER, found, read({ 1: 99, 2: 100, 3: 9 }), ids(2)[0]!)).toBe('3');
    expect(unreadAfter(ORDER, found, read({ 1: 99, 2: 100, 3: 100 }), ids(2)[0]!)).toBe('1');
  });

  it('the next unread channel can be one that was never read, but not one without messages', () => {
    expect(unreadAfter(ORDER, newest({ 4: 7 }), read({}), null)).toBe('4');
    expect(unreadAfter(ORDER, newest({}), read({}), null)).toBeNull();
  });
});
