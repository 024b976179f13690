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
  it('takes one that projects the version that is meant', () =>
    expect(chooseProjector([answer('old', 1), answer('new', 1, 2)], 2)).toBe('new'));

  it('takes one that projects anything when no version is meant', () =>
    expect(chooseProjector([answer('idle'), answer('busy', 1)], undefined)).toBe('busy'));

  it('says so when nobody does', () => {
    expect(() => chooseProjector([answer('old', 1)], 2)).toThrow(/no running projector projects 2/);
    expect(() => chooseProjector([], 2)).toThrow(/is one running/);
  });
});

it('adds up what the projectors have left of each projection', () => {
  const sums = sumProgress([answer('a', 1, 2), answer('b', 2)]);
  expect(sums.get(2)).toEqual({ remaining: 20, eventsPerSecond: 10 });
});

it('shows where two projections differ', () => {
  const tables = [
    { table: 'guilds', rows: { source: 1, target: 1 }, equal: true, differing: [], uncompared: [] },
    {
      table: 'messages',
      rows: { source: 5, target: 6 },
      equal: false,
      differing: ['7'],
      uncompared: ['poll'],
    },
  ];
  const lines = formatComparison({ source: 1, target: 2, equal: false, tables, diverged: [0, 3] }).split(
    '\n',
  );
  expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
    'TABLE IN 1 IN 2 ROWS',
    'guilds 1 1 equal',
    'messages 5 6 differs in 7 not compared: poll',
    'partitions 0, 3 of 1 belong to another log: see the doctor',
    'different',
  ]);
});

it.each(['0', '-1', 'one', ''])('refuses %j as a version', (text) => {
  expect(() => versionNumber(text)).toThrow();
});
