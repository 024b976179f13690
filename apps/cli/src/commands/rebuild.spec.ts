import { chooseProjector, formatComparison, sumProgress, versionNumber } from './rebuild.js';

const answer = (instance: string, ...versions: number[]) => ({
  instance,
  ok: true as const,
  result: versions.map((version) => ({
    version,
    role: 'building' as const,
    owned: 4,
    remaining: 10,
    eventsPerSecond: 5,
  })),
});

describe('chooseProjector', () => {
  it('chooseProjector chooses a projector of the requested version', () =>
    expect(chooseProjector([answer('old', 1), answer('new', 1, 2)], 2)).toBe('new'));

  it('chooseProjector chooses any projector when no version is requested', () =>
    expect(chooseProjector([answer('idle'), answer('busy', 1)], undefined)).toBe('busy'));

  it('chooseProjector throws when no projector has the requested version', () => {
    expect(() => chooseProjector([answer('old', 1)], 2)).toThrow(/no running projector projects version 2/);
    expect(() => chooseProjector([], 2)).toThrow(/is one running/);
  });
});

it('the remaining events of a rebuild are summed over all projectors, per projection', () => {
  const sums = sumProgress([answer('a', 1, 2), answer('b', 2)]);
  expect(sums.get(2)).toEqual({ remaining: 20, eventsPerSecond: 10 });
});

it('the comparison shows where two projections differ', () => {
  const tables = [
    {
      table: 'guilds',
      rows: { source: 1, target: 1 },
      equal: true,
      differing: [],
      moreDiffering: 0,
      uncompared: [],
    },
    {
      table: 'messages',
      rows: { source: 5, target: 6 },
      equal: false,
      differing: ['7'],
      moreDiffering: 2,
      uncompared: ['poll'],
    },
  ];
  const lines = formatComparison({ source: 1, target: 2, equal: false, tables, diverged: [0, 3] }).split(
    '\n',
  );
  expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
    'TABLE IN 1 IN 2 ROWS',
    'guilds 1 1 equal',
    'messages 5 6 differs in 7, 2 more not compared: poll',
    'partitions 0, 3 of 1 belong to another log: run `relay projections doctor`',
    'different',
  ]);
});

it.each(['0', '-1', 'one', ''])('%j is rejected as a version', (text) => {
  expect(() => versionNumber(text)).toThrow();
});
