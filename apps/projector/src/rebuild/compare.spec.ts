import { differ } from './compare.js';

const sums = (count: number, hash: string) =>
  new Map(Array.from({ length: count }, (_, i) => [String(i), { rows: 1, hash }]));

it('a comparison lists the first ten channels that differ and counts the others', () => {
  const { equal, differing, moreDiffering } = differ(sums(12, 'a'), sums(13, 'b'));
  expect([equal, differing.length, moreDiffering]).toEqual([false, 10, 3]);
  expect(differ(sums(12, 'a'), sums(12, 'a'))).toMatchObject({
    equal: true,
    differing: [],
    moreDiffering: 0,
  });
});
