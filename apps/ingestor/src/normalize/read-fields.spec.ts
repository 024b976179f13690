import { readList, timestampOrNull } from './read-fields.js';

describe('timestampOrNull', () => {
  it.each([
    ['2025-03-01T10:00:00.123456+00:00', '2025-03-01T10:00:00.123Z'],
    ['2025-03-01T12:00:00+02:00', '2025-03-01T10:00:00.000Z'],
    ['2025-03-01T10:00:00Z', '2025-03-01T10:00:00.000Z'],
  ])('reads %s as UTC with milliseconds', (value, expected) => {
    expect(timestampOrNull(value)).toBe(expected);
  });

  it.each(['2025-03-01T10:00:00', '2025-13-41T10:00:00Z', 'yesterday', '5', 5, null, undefined, {}])(
    'refuses %p: no date, or one that depends on the machine',
    (value) => {
      expect(timestampOrNull(value)).toBeNull();
    },
  );
});

describe('readList', () => {
  const readEven = (value: unknown) => (Number(value) % 2 === 0 ? Number(value) : undefined);

  it('counts what it leaves out: unreadable items and those over the limit', () => {
    expect(readList([2, 3, 4, 6, 8], readEven, 3)).toEqual({ items: [2, 4, 6], dropped: 2 });
  });

  it('takes an absent list for an empty one, and counts what is no list', () => {
    expect(readList(undefined, readEven)).toEqual({ items: [], dropped: 0 });
    expect(readList({ length: 3 }, readEven)).toEqual({ items: [], dropped: 1 });
  });
});
