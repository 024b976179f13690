import fc from 'fast-check';
import { fairShare, Tenancy } from './tenancy.js';

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
  const census = (...owners: string[]) => ({ owners, paused: [], unheld: new Map() });

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
});
