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
  const members = (...owners: string[]) => ({ owners, paused: [], unowned: new Map(), owned: [] });

  it('PartitionAssignment reserves nothing before the first update, and the assigned number afterwards', () => {
    const assignment = new PartitionAssignment('b', 3);
    expect(assignment.reserve()).toBe(false);
    assignment.update(members('a', 'b'));
    expect([assignment.reserve(), assignment.reserve()]).toEqual([true, false]);
  });

  it('PartitionAssignment reports a surplus after other members join, until it is released', () => {
    const assignment = new PartitionAssignment('b', 4);
    assignment.update(members('b'));
    while (assignment.reserve());
    assignment.update(members('a', 'b', 'c'));
    expect(assignment.surplus).toBe(3);
    for (let released = 0; released < 3; released++) assignment.release();
    expect(assignment.surplus).toBe(0);
    expect(assignment.reserve()).toBe(false);
  });

  it('PartitionAssignment measures for how long a partition has had no owner, and does not count a paused one', () => {
    const assignment = new PartitionAssignment('a', 4);
    assignment.update({ ...members('a'), owned: [0], paused: [1] }, 1_000);
    expect(assignment.unownedFor(500, 1_400)).toEqual([]);
    assignment.update({ ...members('a'), owned: [0, 2] }, 1_500);
    expect(assignment.unownedFor(500, 1_600)).toEqual([3]);
    expect(assignment.unownedFor(500, 2_100)).toEqual([1, 3]);
  });
});
