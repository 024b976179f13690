import fc from 'fast-check';
import { assignShards, planLeases, type LeaseView } from './lease-plan.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Any fleet in any state, including owners that have left and shards without an owner. */
const views = fc
  .record({
    shardCount: fc.integer({ min: 1, max: 40 }),
    replicas: fc.subarray(NAMES, { minLength: 1 }),
    holders: fc.array(fc.constantFrom(...NAMES, 'gone', ''), { minLength: 40, maxLength: 40 }),
  })
  .map(({ shardCount, replicas, holders }): LeaseView => {
    const owners = new Map(
      holders
        .slice(0, shardCount)
        .flatMap((owner, shardId) => (owner === '' ? [] : [[shardId, owner] as const])),
    );
    return { shardCount, replicas, owners, self: replicas[0]! };
  });

const counts = (assignment: ReadonlyMap<number, string>, replicas: readonly string[]) =>
  replicas.map((replica) => [...assignment.values()].filter((owner) => owner === replica).length);

/** Every replica carries out its plan at once. */
function carryOut(view: LeaseView): LeaseView {
  const owners = new Map(view.owners);
  for (const self of view.replicas) {
    const { acquire, release } = planLeases({ ...view, self });
    for (const shardId of release) owners.delete(shardId);
    for (const shardId of acquire) owners.set(shardId, self);
  }
  return { ...view, owners };
}

describe('assignShards', () => {
  it('the plan assigns every shard to one live replica, and each replica the floor or ceiling of its share', () => {
    fc.assert(
      fc.property(views, (view) => {
        const assignment = assignShards(view);
        expect(assignment.size).toBe(view.shardCount);
        const shares = counts(assignment, view.replicas);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(view.shardCount);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('the assignment of shards does not depend on the order of the replicas', () => {
    fc.assert(
      fc.property(views, (view) => {
        const other = { ...view, replicas: [...view.replicas].reverse() };
        expect([...assignShards(other)].sort()).toEqual([...assignShards(view)].sort());
      }),
    );
  });

  it('the assignment of shards moves no more of them than the balance requires', () => {
    fc.assert(
      fc.property(views, (view) => {
        const held = counts(view.owners, view.replicas);
        const shares = counts(assignShards(view), view.replicas);
        const released = view.replicas.flatMap((self) => planLeases({ ...view, self }).release);
        const surplus = held.reduce((sum, has, at) => sum + Math.max(0, has - shares[at]!), 0);
        expect(released).toHaveLength(surplus);
      }),
    );
  });
});

describe('planLeases', () => {
  it('a replica never takes a leased shard, and releases only its own', () => {
    fc.assert(
      fc.property(views, (view) => {
        const { acquire, release } = planLeases(view);
        for (const shardId of acquire) expect(view.owners.has(shardId)).toBe(false);
        for (const shardId of release) expect(view.owners.get(shardId)).toBe(view.self);
      }),
    );
  });

  it('the leases are stable after two rounds, once leaving replicas have released theirs', () => {
    fc.assert(
      fc.property(views, (view) => {
        const left = [...view.owners].filter(([, owner]) => view.replicas.includes(owner));
        const settled = carryOut(carryOut({ ...view, owners: new Map(left) }));
        expect(settled.owners.size).toBe(view.shardCount);
        expect(carryOut(settled).owners).toEqual(settled.owners);
      }),
    );
  });

  it('the surplus of shards is handed to a replica that joins', () => {
    const owners = new Map([0, 1, 2, 3].map((shardId) => [shardId, 'a']));
    const view = { shardCount: 4, replicas: ['a', 'b'], owners };
    expect(planLeases({ ...view, self: 'a' })).toEqual({ acquire: [], release: [2, 3] });
    expect(planLeases({ ...view, self: 'b' })).toEqual({ acquire: [], release: [] });
  });

  it('a replica that leaves releases everything', () => {
    const owners = new Map([
      [0, 'a'],
      [1, 'b'],
    ]);
    const view = { shardCount: 2, replicas: ['b'], owners, self: 'a' };
    expect(planLeases(view)).toEqual({ acquire: [], release: [0] });
  });
});
