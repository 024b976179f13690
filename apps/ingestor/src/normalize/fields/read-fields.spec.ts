import {
  id,
  integer,
  list,
  number,
  type Read,
  readList,
  readListed,
  timestamp,
  wholeList,
  wideInteger,
} from './read-fields.js';

const valueOf = <T>(read: Read<T>, value: unknown): T | undefined => read(value, { dropped: 0 });

describe('timestamp', () => {
  it.each([
    ['2025-03-01T10:00:00.123456+00:00', '2025-03-01T10:00:00.123Z'],
    ['2025-03-01T12:00:00+02:00', '2025-03-01T10:00:00.000Z'],
    ['2025-03-01T10:00:00Z', '2025-03-01T10:00:00.000Z'],
  ])('the timestamp %s is parsed as UTC with milliseconds', (value, expected) => {
    expect(valueOf(timestamp, value)).toBe(expected);
  });

  it.each([
    '2025-03-01T10:00:00',
    '2025-13-41T10:00:00Z',
    '0000-01-01T00:00:00Z',
    'yesterday',
    '5',
    5,
    null,
    undefined,
    {},
  ])('the timestamp %p is rejected: not a date, or one that depends on the machine', (value) => {
    expect(valueOf(timestamp, value)).toBeUndefined();
  });
});

describe('readList', () => {
  const readEven = (value: unknown) => (Number(value) % 2 === 0 ? Number(value) : undefined);

  it('readList counts omitted items: unreadable ones and those over the limit', () => {
    expect(readList([2, 3, 4, 6, 8], readEven, 3)).toEqual({ items: [2, 4, 6], dropped: 2 });
  });

  it('readList treats an absent list as an empty one, and counts a value that is not a list', () => {
    expect(readList(undefined, readEven)).toEqual({ items: [], dropped: 0 });
    expect(readList({ length: 3 }, readEven)).toEqual({ items: [], dropped: 1 });
  });
});

describe('lists', () => {
  it('lists keep readable items, unless they are only meaningful as a whole', () => {
    const tally = { dropped: 0 };
    expect(list(id)(['1', 'x', '2'], tally)).toEqual(['1', '2']);
    expect(tally.dropped).toBe(1);
    expect(valueOf(wholeList(id), ['1', 'x', '2'])).toBeUndefined();
    expect(valueOf(wholeList(id), ['1', '2'])).toEqual(['1', '2']);
  });

  it.each([
    [['1', '2'], { items: ['1', '2'], whole: true }, 0],
    [[], { items: [], whole: true }, 0],
    [['1', 'x'], { items: ['1'], whole: false }, 1],
    [undefined, { items: [], whole: false }, 0],
    [null, { items: [], whole: false }, 1],
    [{ length: 0 }, { items: [], whole: false }, 1],
  ])('lists contain of %j what is readable, and whether that is everything', (value, expected, dropped) => {
    const tally = { dropped: 0 };
    expect(readListed(value, id, tally)).toEqual(expected);
    expect(tally.dropped).toBe(dropped);
  });
});

describe('ids and integers', () => {
  it.each(['', '01', '-1', 'x', '9223372036854775808', 5, null])(
    '%j is rejected as an id or an integer, because no column can hold it',
    (value) => {
      expect(valueOf(id, value)).toBeUndefined();
    },
  );

  it.each([2 ** 31, 1.5, '1', Infinity])(
    '%p is rejected as an integer where a column has 32 bits',
    (value) => {
      expect(valueOf(integer, value)).toBeUndefined();
    },
  );

  it.each([integer, wideInteger, number])('-0 is read as the 0 that JSON writes for it', (read) => {
    expect(valueOf(read, -0)).toBe(0);
  });
});
