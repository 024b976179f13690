import type { RelayEvent } from '@discord-relay/contracts';
import fc from 'fast-check';
import { fold } from '../fold/index.js';
import { anyEvent } from '../testing/any-event.js';
import type { Fault } from '../testing/faulty-database.js';
import { modelRows, tableRows } from '../testing/projection-model.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { readRows, announcedRows } from '../testing/announced-model.js';
import { type Batch, BatchStore } from './batch-store.js';
import { type Lease, LeaseStore } from './lease-store.js';

type Crash = Fault | 'new_owner' | null;

/** Events, some of them repeated, and how they are divided into batches and interrupted. */
const history = fc.record({
  events: fc
    .array(anyEvent, { minLength: 1, maxLength: 40 })
    .chain((events) =>
      fc
        .array(fc.nat(events.length - 1), { maxLength: 15 })
        .map((repeats) => [...events, ...repeats.map((i) => events[i]!)]),
    ),
  cuts: fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
  crashes: fc.infiniteStream(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Crash>(null) },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Crash>('before_commit', 'answer_lost', 'new_owner'),
      },
    ),
  ),
});

describe('projection', () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await createTables();
  });
  afterAll(() => tables.close());

  it('the projection matches the events, whatever the batches and whenever a process crashes', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ events, cuts, crashes }) => {
        await tables.clear();
        await project(events, cuts, crashes);
        expect(await tableRows(tables.database)).toEqual(modelRows(events));
        await expectChains();
        expect(await announcedRows(tables.database)).toEqual(await readRows(tables.database));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  /** Consumes like a partition's loop: after any failure it claims the partition again and continues from the checkpoint. */
  async function project(
    events: RelayEvent[],
    cuts: Iterator<number>,
    crashes: Iterator<Crash>,
  ): Promise<void> {
    const leases = new LeaseStore(tables.database, 'a', 10_000);
    const store = new BatchStore(tables.database, 10_000);
    let lease = (await leases.claim(0))!;
    while (lease.seq < events.length) {
      const size = cuts.next().value as number;
      const crash = crashes.next().value as Crash;
      if (crash === 'new_owner') await leases.claim(0);
      else tables.database.nextFault = crash;
      try {
        await store.commit(lease, batchAfter(lease, events, size));
      } catch (error) {
        if (crash === null) throw error;
        lease = (await leases.claim(0))!;
      }
    }
  }

  function batchAfter(lease: Lease, events: RelayEvent[], size: number): Batch {
    const slice = events.slice(lease.seq, lease.seq + size);
    return {
      events: slice.map((each, i) => ({ seq: lease.seq + i + 1, ops: fold(each) })),
      parked: [],
      lastSeq: lease.seq + slice.length,
      lastStoredAt: null,
      streamCreatedAt: 'now',
    };
  }

  async function expectChains(): Promise<void> {
    const broken = await tables.database.query(
      `SELECT feed, seq FROM (
         SELECT *, lag(seq, 1, 0::bigint) OVER (PARTITION BY feed ORDER BY seq) AS feed_before,
                   lag(seq, 1, 0::bigint) OVER (PARTITION BY guild_id ORDER BY seq) AS guild_before FROM changes
       ) AS chained WHERE prev <> feed_before OR guild_prev <> guild_before`,
    );
    expect(broken).toEqual([]);
    const heads = await tables.database.query(
      `SELECT feed, max(seq) AS seq FROM (
         SELECT feed, seq FROM changes UNION ALL SELECT 'a:' || guild_id, seq FROM changes
       ) AS every GROUP BY feed EXCEPT SELECT feed, seq FROM feed_heads`,
    );
    expect(heads).toEqual([]);
  }
});
