import fc from 'fast-check';
import { assignedCount, PartitionAssignment } from './partition-assignment.js';

describe('assignedCount', () => {
  it('the assignment gives away every partition, and no member gets more than one above another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 20 }),
        (partitions, owners) => {
          const counts = owners.map((owner) => assignedCount(partitions, owners, owner));
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(partitions);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('the assignment gives nothing to a process that is not a member', () =>
    expect(assignedCount(8, ['a'], 'b')).toBe(0));
});

describe('PartitionAssignment', () => {
  const members = (...owners: string[]) => ({
    owners,
    expired: ['a', 'b'].filter((each) => !owners.includes(each)),
    paused: [],
    unowned: new Map(),
    owned: [],
    firstExpiryMs: null,
  });

  it('PartitionAssignment reserves nothing before the first update, and the assigned number afterwards', () => {
    const assignment = new PartitionAssignment('b', 3, 3_000);
    expect(assignment.reserve()).toBe(false);
    assignment.update(members('a', 'b'));
    expect([assignment.reserve(), assignment.reserve()]).toEqual([true, false]);
  });

  it('PartitionAssignment reports a surplus after other members join, until it is released', () => {
    const assignment = new PartitionAssignment('b', 4, 3_000);
    assignment.update(members('b'));
    while (assignment.reserve());
    assignment.update(members('a', 'b', 'c'));
    expect(assignment.surplus).toBe(3);
    for (let released = 0; released < 3; released++) assignment.release();
    expect(assignment.surplus).toBe(0);
    expect(assignment.reserve()).toBe(false);
  });

  it('PartitionAssignment measures for how long a partition has had no owner, and does not count a paused one', () => {
    const assignment = new PartitionAssignment('a', 4, 3_000);
    assignment.update({ ...members('a'), owned: [0], paused: [1] }, 1_000);
    expect(assignment.unownedFor(500, 1_400)).toEqual([]);
    assignment.update({ ...members('a'), owned: [0, 2] }, 1_500);
    expect(assignment.unownedFor(500, 1_600)).toEqual([3]);
    expect(assignment.unownedFor(500, 2_100)).toEqual([1, 3]);
  });

  it('PartitionAssignment knows which partitions have no owner and are not paused', () => {
    const assignment = new PartitionAssignment('a', 4, 3_000);
    const free = () => [0, 1, 2, 3].filter((partition) => assignment.isFree(partition));
    expect(free()).toEqual([]);
    assignment.update({ ...members('a'), owned: [0], paused: [1] });
    expect(free()).toEqual([2, 3]);
    assignment.update({ ...members('a'), owned: [2, 3], paused: [1] });
    expect(free()).toEqual([0]);
  });

  it('PartitionAssignment counts the members before an outage as alive until they had time to return', () => {
    const assignment = new PartitionAssignment('b', 4, 3_000);
    const capacityAt = (nowMs: number, ...owners: string[]) => {
      assignment.update(members(...owners), nowMs);
      let capacity = 0;
      while (assignment.reserve()) capacity++;
      for (let i = 0; i < capacity; i++) assignment.release();
      return capacity;
    };
    expect(capacityAt(0, 'a', 'b')).toBe(2);
    expect(capacityAt(1_000, 'b')).toBe(4);
    expect(capacityAt(2_000, 'a', 'b')).toBe(2);
    // Postgres is away, and this process returns first.
    expect(capacityAt(10_000, 'b')).toBe(2);
    expect(capacityAt(11_000, 'b')).toBe(2);
    expect(capacityAt(12_000, 'a', 'b')).toBe(2);
    expect(capacityAt(13_000, 'b')).toBe(4);
    // A member that left in the meantime does not return.
    expect(capacityAt(13_500, 'a', 'b')).toBe(2);
    assignment.update({ ...members('b'), expired: [] }, 20_000);
    expect([assignment.reserve(), assignment.reserve(), assignment.reserve()]).toEqual([true, true, true]);
  });

  it('PartitionAssignment wakes those that wait for an update, and those whose wait is aborted', async () => {
    const assignment = new PartitionAssignment('b', 4, 3_000);
    const stop = new AbortController();
    const waits = [1, 2].map(() => assignment.nextUpdate(2 ** 31 - 1, stop.signal));
    assignment.update(members('b'));
    await Promise.all(waits);
    const stopped = assignment.nextUpdate(2 ** 31 - 1, stop.signal);
    stop.abort();
    await stopped;
    await assignment.nextUpdate(2 ** 31 - 1, stop.signal);
    expect(assignment.hasCapacity).toBe(true);
  });
});
