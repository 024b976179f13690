import { jest } from '@jest/globals';
import { eventually } from '../testing/eventually.js';
import { Harness } from '../testing/harness.js';
import { LeaseStore } from '../store/index.js';

const PARTITIONS = 8;

describe('the hand-over of partitions to a projector that joins', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start(PARTITIONS);
    await harness.createLog();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    return harness.stop();
  });

  /** Waits until the projectors own these numbers of partitions. */
  const shared = (...counts: number[]) =>
    eventually(`owners of ${counts.join(', ')} partitions`, async () => {
      const rows = await harness.rows<{ count: number }>(
        'SELECT count(*)::int AS count FROM checkpoints WHERE owner IS NOT NULL GROUP BY owner ORDER BY 1',
      );
      return JSON.stringify(rows.map(({ count }) => count)) === JSON.stringify(counts);
    });

  it('a projector claims what others have released, and attempts nothing that they still own', async () => {
    harness.project();
    await shared(8);
    harness.project();
    await shared(4, 4);
    const claims = jest.spyOn(LeaseStore.prototype, 'claim');
    harness.project();
    await shared(2, 3, 3);
    const leases = await Promise.all(claims.mock.results.map(({ value }) => value as Promise<unknown>));
    expect(leases.length).toBeGreaterThan(0);
    expect(leases).not.toContain(null);
  });
});
