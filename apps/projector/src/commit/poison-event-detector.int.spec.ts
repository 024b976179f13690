import type { LogEntry } from '../log/log-entry.js';
import { type Lease, LeaseStore } from '../store/index.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { PoisonEventDetector } from './poison-event-detector.js';

const LARGEST_BATCH = 100;

const entryAt = (seq: number, pending = 5): LogEntry => ({
  seq,
  subject: 's',
  data: new Uint8Array(),
  sizeBytes: 0,
  storedAtMs: 0,
  pending,
});

/** A process that claims the partition after its owner has crashed. */
interface Process {
  lease: Lease;
  detector: PoisonEventDetector;
}

describe('PoisonEventDetector', () => {
  let tables: TestTables;
  let processes = 0;
  beforeAll(async () => (tables = await createTables()));
  afterAll(() => tables.close());
  beforeEach(() => tables.clear());

  async function afterCrash(): Promise<Process> {
    await tables.database.query(`UPDATE checkpoints SET lease_until = now() - interval '1 ms'`);
    const leases = new LeaseStore(tables.database, `process-${processes++}`, 60_000);
    return {
      lease: (await leases.claim(0))!,
      detector: new PoisonEventDetector(leases, LARGEST_BATCH),
    };
  }
  /** As a commit does. */
  async function commitUpTo({ lease }: Process, seq: number): Promise<void> {
    await tables.database.query('UPDATE checkpoints SET seq = $1', [seq]);
    lease.seq = seq;
  }

  it('after a crash, batches are handled as usual, and the search ends when nothing is pending', async () => {
    await afterCrash();
    const second = await afterCrash();
    expect([second.lease.suspect, second.detector.searchesAlone(second.lease)]).toEqual([true, false]);
    await second.detector.recordBatchAttempt(second.lease);
    expect(second.detector.searchesAlone(second.lease)).toBe(false);
    await commitUpTo(second, 7);
    await second.detector.recordHandled(second.lease, 7, entryAt(7, 0));
    expect(second.lease.suspect).toBe(false);
    expect((await afterCrash()).lease).toMatchObject({ suspect: true, handling: { attempts: 0 } });
  });

  it('the search ends after as many events as the batch of the crashed process may have had', async () => {
    await afterCrash();
    const { detector, lease } = await afterCrash();
    await detector.recordHandled(lease, LARGEST_BATCH - 1, entryAt(99));
    expect(lease.suspect).toBe(true);
    await detector.recordHandled(lease, 1, entryAt(100));
    expect(lease.suspect).toBe(false);
  });

  it('a process that crashes after its batch was committed is no reason to handle events alone', async () => {
    await afterCrash();
    const second = await afterCrash();
    await second.detector.recordBatchAttempt(second.lease);
    await commitUpTo(second, 7);
    const third = await afterCrash();
    expect(third.detector.searchesAlone(third.lease)).toBe(false);
  });

  it('an event is parked after five crashes, of which two were in batches', async () => {
    await afterCrash();
    const second = await afterCrash();
    await second.detector.recordBatchAttempt(second.lease);
    for (let crashes = 2; crashes < 5; crashes++) {
      const { detector, lease } = await afterCrash();
      expect(detector.searchesAlone(lease)).toBe(true);
      expect(await detector.recordAttempt(lease, entryAt(1))).toBe(false);
    }
    const sixth = await afterCrash();
    expect(await sixth.detector.recordAttempt(sixth.lease, entryAt(1))).toBe(true);
  });

  it('the search stays alone when a process is killed between two events', async () => {
    await afterCrash();
    const second = await afterCrash();
    await second.detector.recordBatchAttempt(second.lease);
    const third = await afterCrash();
    await third.detector.recordAttempt(third.lease, entryAt(1));
    await commitUpTo(third, 1);
    const fourth = await afterCrash();
    expect(fourth.detector.searchesAlone(fourth.lease)).toBe(true);
  });
});
