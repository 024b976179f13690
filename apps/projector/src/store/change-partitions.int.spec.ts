import { fold } from '../fold/index.js';
import { created } from '../testing/events.js';
import { eventually } from '../testing/eventually.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { BatchStore } from './batch-store.js';
import { ChangePartitions } from './change-partitions.js';
import { LeaseStore } from './lease-store.js';

const NOW = Date.UTC(2025, 0, 1, 23, 30);
const HOUR_MS = 3_600_000;

describe('ChangePartitions', () => {
  let tables: TestTables;
  let partitions: ChangePartitions;

  beforeEach(async () => {
    tables = await createTables();
    partitions = new ChangePartitions(tables.database, 24);
  });
  afterEach(() => tables.close());

  const insertAt = (seq: number, ms: number) =>
    tables.database.query(
      `INSERT INTO changes (guild_id, feed, seq, prev, guild_prev, kind, body, committed_at)
       VALUES (1, 'c:1', $1, 0, 0, 'message', '{}', $2)`,
      [seq, new Date(ms)],
    );
  const where = async () =>
    (
      await tables.database.query<{ at: string }>(
        `SELECT seq || ' ' || tableoid::regclass AS at FROM changes ORDER BY seq`,
      )
    ).map(({ at }) => at);

  it('ChangePartitions creates the hours ahead, across midnight, once', async () => {
    const hours = ['changes_2025010200', 'changes_2025010201', 'changes_2025010202'];
    expect(await partitions.maintain(NOW)).toEqual({ created: hours, dropped: [] });
    expect(await partitions.maintain(NOW)).toEqual({ created: [], dropped: [] });
    await insertAt(1, NOW + HOUR_MS);
    expect(await where()).toEqual(['1 changes_2025010200']);
  });

  it('ChangePartitions accepts a change of an hour without a partition, and leaves that hour in the default partition', async () => {
    await insertAt(1, NOW);
    const { created } = await partitions.maintain(NOW - HOUR_MS);
    expect(created).toEqual(['changes_2025010200', 'changes_2025010201']);
    await insertAt(2, NOW + HOUR_MS);
    expect(await where()).toEqual(['1 changes_default', '2 changes_2025010200']);
  });

  it('ChangePartitions drops only what is past the retention', async () => {
    await partitions.maintain(NOW - 2 * HOUR_MS);
    await insertAt(1, NOW - 60_000);
    await insertAt(2, NOW - HOUR_MS);
    await insertAt(3, NOW);
    await insertAt(4, NOW + 10 * HOUR_MS);
    await insertAt(5, NOW - 9 * HOUR_MS);
    await partitions.maintain(NOW + 23 * HOUR_MS);
    expect(await where()).toEqual([
      '1 changes_2025010123',
      '2 changes_2025010122',
      '3 changes_2025010123',
      '4 changes_default',
    ]);
    const { dropped } = await partitions.maintain(NOW + 24 * HOUR_MS);
    expect(dropped).toEqual(['changes_2025010122']);
    expect(await where()).toEqual(['1 changes_2025010123', '3 changes_2025010123', '4 changes_default']);
  });

  it('ChangePartitions leaves the work to the process that does it already', async () => {
    const both = await Promise.all([partitions.maintain(NOW), partitions.maintain(NOW)]);
    expect(both.flatMap(({ created }) => created)).toHaveLength(3);
  });

  it('ChangePartitions does not fail a writer while the partition of its hour is being created', async () => {
    const lease = (await new LeaseStore(tables.database, 'a', 60_000).claim(0))!;
    const store = new BatchStore(tables.database, 60_000);
    const events = [{ seq: 1, ops: fold(created(1)) }];
    const [making, writing] = await tables.database.withClient(async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE ONLY changes IN SHARE UPDATE EXCLUSIVE MODE');
      const making = partitions.maintain(Date.now() - HOUR_MS);
      await waitingForLocks(1);
      const writing = store.commit(lease, {
        events,
        parked: [],
        lastSeq: 1,
        lastStoredAt: null,
        streamCreatedAt: '',
      });
      writing.catch(() => 'reported below');
      await waitingForLocks(2);
      await client.query('COMMIT');
      return [making, writing] as const;
    });
    expect((await making).created).toHaveLength(3);
    expect(await writing).toHaveLength(1);
    expect(await where()).not.toEqual(['1 changes_default']);
  });

  it('ChangePartitions hides nothing from a reader while partitions are being created', async () => {
    await insertAt(1, NOW);
    const [making, reading] = await tables.database.withClient(async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT FROM changes_default');
      const making = partitions.maintain(NOW);
      await waitingForLocks(1);
      const reading = tables.database.query('SELECT FROM changes');
      await waitingForLocks(2);
      await client.query('COMMIT');
      return [making, reading] as const;
    });
    expect(await reading).toHaveLength(1);
    expect((await making).created).not.toEqual([]);
  });

  const waitingForLocks = (count: number) =>
    eventually(`${count} wait for a lock`, async () => {
      const [row] = await tables.database.query<{ count: number }>(
        `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return row!.count === count;
    });
});
