import fc from 'fast-check';
import { partitionOf } from './partition.js';

describe('partitionOf', () => {
  // These values never change: another hash would break up the order of a guild's events.
  it.each([
    ['1', 8, 4],
    ['81384788765712384', 8, 3],
    ['1300000000000000001', 8, 4],
    ['1300000000000000001', 5, 4],
  ])('guild %s of %d partitions is assigned to the same partition as ever', (guild, partitions, expected) =>
    expect(partitionOf(guild, partitions)).toBe(expected),
  );

  it('partitionOf always returns one of the partitions', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.integer({ min: 1, max: 1_000 }),
        (id, partitions) => {
          const partition = partitionOf(String(id), partitions);
          expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
        },
      ),
    );
  });

  it('guilds are spread evenly: no partition of 8 gets more than twice its share', () => {
    const counts = new Array<number>(8).fill(0);
    for (let i = 0; i < 8_000; i++)
      counts[partitionOf(String(1_300_000_000_000_000_000n + BigInt(i) * 7_777_777n), 8)]!++;
    expect(Math.max(...counts)).toBeLessThan(2_000);
  });
});
