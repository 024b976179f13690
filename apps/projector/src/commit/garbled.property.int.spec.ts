import type { RelayEvent } from '@discord-relay/contracts';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { Announcer } from './announcer.js';
import { ProjectorMetrics } from '../metrics.js';
import { parkedGroup } from '../parking/parked-groups.js';
import { retryParked } from '../parking/retry.js';
import { BatchStore, type Lease, LeaseStore, ParkedTransaction } from '../store/index.js';
import { anyEvent } from '../testing/any-event.js';
import { created, gapClosed, gapOpened, id } from '../testing/events.js';
import { silent } from '../testing/logger.js';
import { createTables, type TestTables } from '../testing/tables.js';
import { BatchCommitter } from './batch-committer.js';
import type { LogEntry } from '../log/log-entry.js';
import { PoisonEventDetector } from './poison-event-detector.js';

const LEASE_MS = 10_000;
/** A valid event, in a different guild than the garbled ones. */
const well = (n: number) => created(n, { guildId: id(900), channelId: id(901) });

const NUMBERS = [0, -1, 1.5, 1e30, 2 ** 31, 2 ** 53];
const IDS = ['', '0', '01', '-1', '1.5', 'x', 'null', '9223372036854775808'];
const TEXTS = ['\u0000', '\ud800', '__proto__', 'Infinity'];
const TIMES = ['2025-13-45T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', '-000001-01-01T00:00:00Z'];
const OBJECTS = [null, true, [], {}, [null], [[]], [{}], ['01', '1'], [1, 1], { length: 3 }, { id: '1' }];
/** undefined: absent. */
const garbage = fc.oneof(
  fc.constantFrom<unknown>(undefined, ...NUMBERS, ...IDS, ...TEXTS, ...TIMES, ...OBJECTS),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** These keys stay, so that this version can read the event. */
const KEPT = new Set(['specversion', 'id', 'type', 'typeversion', 'guildid']);

const whole = fc.oneof(
  { weight: 9, arbitrary: anyEvent },
  { weight: 1, arbitrary: fc.constantFrom(gapOpened(), gapClosed()) },
);
const garbled: fc.Arbitrary<RelayEvent> = whole.chain((event) => {
  const paths = Object.entries(event).flatMap(([key, value]) => (KEPT.has(key) ? [] : pathsIn(value, [key])));
  return fc.tuple(fc.constantFrom(...paths), garbage).map(([path, put]) => replaced(event, path, put));
});

function pathsIn(value: unknown, at: string[]): string[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...at, key]))];
}

function replaced<T>(value: T, path: string[], put: unknown): T {
  const copy = structuredClone(value) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
  parent[path.at(-1)!] = put;
  return copy as T;
}

describe('garbage in the log', () => {
  let tables: TestTables;
  let leases: LeaseStore;
  beforeAll(async () => {
    tables = await createTables();
    leases = new LeaseStore(tables.database, 'a', LEASE_MS);
  });
  afterAll(() => tables.close());

  const history = fc.array(fc.oneof({ weight: 2, arbitrary: garbled }, { weight: 1, arbitrary: whole }), {
    minLength: 1,
    maxLength: 12,
  });

  it('garbage in the log never blocks the partition, in batches of any size, and neither do retries of it', async () => {
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 8 }));
    await fc.assert(
      fc.asyncProperty(history, sizes, async (events, cuts) => {
        await tables.clear();
        const all = [well(901), ...events, well(902)];
        await project(all.map(toLogEntry), cuts);
        await retryAll();
        expect(await tables.database.query('SELECT seq FROM checkpoints')).toEqual([
          { seq: `${all.length}` },
        ]);
        expect(
          await tables.database.query('SELECT id FROM messages WHERE guild_id = 900 ORDER BY id'),
        ).toEqual([{ id: '901' }, { id: '902' }]);
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  const claim = async (): Promise<Lease> => (await leases.claim(0))!;

  async function project(entries: LogEntry[], sizes: Iterator<number>): Promise<void> {
    const metrics = new ProjectorMetrics(new Registry());
    const announcer = new Announcer({ publish: () => undefined }, metrics, silent);
    const store = new BatchStore(tables.database, LEASE_MS);
    const committer = new BatchCommitter(
      store,
      new PoisonEventDetector(leases, 1_000),
      announcer,
      metrics,
      silent,
    );
    const lease = await claim();
    while (lease.seq < entries.length) {
      const size = sizes.next().value as number;
      await committer.commit(lease, 'now', entries.slice(lease.seq, lease.seq + size));
    }
  }

  async function retryAll(): Promise<void> {
    for (const { seq } of await tables.database.query<{ seq: string }>(
      'SELECT stream_seq AS seq FROM parked',
    )) {
      await ParkedTransaction.run(tables.database, await claim(), async (parked) => {
        const keys = await parked.keys();
        if (keys.some((each) => each.seq === Number(seq)))
          await retryParked(parked, parkedGroup(keys, Number(seq)), Number(seq));
      });
    }
  }
});

function toLogEntry(event: RelayEvent, i: number): LogEntry {
  const data = new TextEncoder().encode(JSON.stringify(event));
  return { seq: i + 1, subject: 's', data, sizeBytes: data.byteLength, storedAtMs: 0, pending: 0 };
}
