import { Client } from 'pg';
import { pino } from 'pino';
import type { ProjectionAdmin } from './projection-admin.js';
import { created, event, guild, GUILD, id } from '../testing/events.js';
import { Harness } from '../testing/harness.js';
import { silent } from '../testing/logger.js';
import { eventually } from '../testing/eventually.js';
import { isSearchable, searchable } from '../testing/searchable.js';
import { ensureSearchIndex } from './search-index.js';

const BUILDS = 'SELECT true AS valid FROM pg_stat_progress_create_index WHERE datname = current_database()';
/** Long enough for a projector that gets no CPU time for seconds beside other test files. */
const LEASE_MS = 60_000;

describe('the search index', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await Harness.start();
    await harness.createLog();
    await harness.append(event('guild.synced', guild(GUILD, [id(200)])), created(1), created(2));
  });
  afterEach(() => harness.stop());

  const rows = (sql: string) => harness.rows<{ valid: boolean }>(sql);
  const indexed = (version: number) => isSearchable(rows, version);
  const there = (version: number) => searchable(rows, version);

  it('the search index is built once the projection has caught up, and for a build once it follows', async () => {
    const { projector } = harness.project();
    await there(1);
    const admin = projector.admin as ProjectionAdmin;
    await admin.rebuild();
    await there(2);
  });

  it('the search index is rebuilt once after an interrupted attempt', async () => {
    const running = harness.project();
    await there(1);
    await running.stop();
    await harness.rows(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'projection_v1.messages_search'::regclass`,
    );
    const options = {
      databaseUrl: harness.database.url,
      record: { version: 1, schema: 'projection_v1' },
      logger: silent,
    };
    const signal = new AbortController().signal;
    const made = await Promise.all([ensureSearchIndex(options, signal), ensureSearchIndex(options, signal)]);
    expect(made).toContain(true);
    expect(await indexed(1)).toBe(true);
    expect(await ensureSearchIndex(options, signal)).toBe(true);
  });

  it('the search index is rebuilt when its expression differs', async () => {
    const running = harness.project();
    await there(1);
    await running.stop();
    await harness.rows(`
      DROP INDEX projection_v1.messages_search;
      CREATE INDEX messages_search ON projection_v1.messages USING gin (to_tsvector('simple', content));
      COMMENT ON INDEX projection_v1.messages_search IS 'to_tsvector(''simple'', content)'`);
    const options = {
      databaseUrl: harness.database.url,
      record: { version: 1, schema: 'projection_v1' },
      logger: silent,
    };
    expect(await ensureSearchIndex(options, new AbortController().signal)).toBe(true);
    const [index] = await harness.rows<{ of: string }>(
      `SELECT pg_get_indexdef('projection_v1.messages_search'::regclass) AS of`,
    );
    expect(index!.of).toContain('COLLATE "und-x-icu"');
  });

  it('a projector that stops does not build the search index', async () => {
    const running = harness.project();
    await there(1);
    await running.stop();
    await harness.rows('DROP INDEX projection_v1.messages_search');
    const options = {
      databaseUrl: harness.database.url,
      record: { version: 1, schema: 'projection_v1' },
      logger: silent,
    };
    expect(await ensureSearchIndex(options, AbortSignal.abort())).toBe(false);
    expect(await indexed(1)).toBeUndefined();
  });

  it.each([0, 1])(
    'a projection is dropped while its search index is built, by projector %i',
    async (dropping) => {
      const logged: string[] = [];
      const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
      const projectors = [
        harness.project({ leaseMs: LEASE_MS }, logger),
        harness.project({ leaseMs: LEASE_MS }, logger),
      ];
      await there(1);
      await heldUpBySnapshot(async () => {
        const admins = projectors.map(({ projector }) => projector.admin as ProjectionAdmin);
        await admins[0]!.rebuild();
        await eventually('the index is built', async () => (await rows(BUILDS)).length > 0);
        await admins[dropping]!.drop(2);
      });
      const left = await rows('SELECT version FROM relay.projections');
      expect(left).toEqual([{ version: 1 }]);
      expect(logged).toEqual([]);
    },
  );

  /** An index cannot be completed while another transaction reads from a snapshot that is older than the index. */
  async function heldUpBySnapshot(work: () => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: harness.database.url });
    await client.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT version FROM relay.projections');
      await work();
    } finally {
      await client.end();
    }
  }

  it('the search index of a dropped projection is not built, without an error', async () => {
    const options = {
      databaseUrl: harness.database.url,
      record: { version: 7, schema: 'projection_v7' },
      logger: silent,
    };
    expect(await ensureSearchIndex(options, new AbortController().signal)).toBe(false);
  });
});
