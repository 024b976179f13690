import fc from 'fast-check';
import { fairShare, Tenancy } from './partition-assignment.js';

describe('fairShare', () => {
  it('gives every partition to somebody and nobody more than one above another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 20 }),
        (partitions, owners) => {
          const shares = owners.map((owner) => fairShare(partitions, owners, owner));
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(partitions);
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('gives nothing to who is not counted', () => expect(fairShare(8, ['a'], 'b')).toBe(0));
});

describe('Tenancy', () => {
  const census = (...owners: string[]) => ({ owners, paused: [], unheld: new Map(), held: [] });

  it('takes nothing before the first census, its share afterwards', () => {
    const tenancy = new Tenancy('b', 3);
    expect(tenancy.take()).toBe(false);
    tenancy.update(census('a', 'b'));
    expect([tenancy.take(), tenancy.take()]).toEqual([true, false]);
  });

  it('has a surplus when others come, until that is given back', () => {
    const tenancy = new Tenancy('b', 4);
    tenancy.update(census('b'));
    while (tenancy.take());
    tenancy.update(census('a', 'b', 'c'));
    expect(tenancy.surplus).toBe(3);
    for (let given = 0; given < 3; given++) tenancy.giveBack();
    expect(tenancy.surplus).toBe(0);
    expect(tenancy.take()).toBe(false);
  });

  it('knows for how long a partition has been nobody’s, which a paused one may be', () => {
    const tenancy = new Tenancy('a', 4);
    tenancy.update({ ...census('a'), held: [0], paused: [1] }, 1_000);
    expect(tenancy.unownedFor(500, 1_400)).toEqual([]);
    tenancy.update({ ...census('a'), held: [0, 2] }, 1_500);
    expect(tenancy.unownedFor(500, 1_600)).toEqual([3]);
    expect(tenancy.unownedFor(500, 2_100)).toEqual([1, 3]);
  });
});
