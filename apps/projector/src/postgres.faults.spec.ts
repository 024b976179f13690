import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canMount, openTestClient, PostgresServer, SmallDisk } from '@discord-relay/local-stack';
import { projectionSchema, PROJECTION_VERSION, withSearchPath } from '@discord-relay/read-model';
import type pg from 'pg';
import { isDataError } from './store/index.js';
import type { PartitionStatus } from './consume/partition-status.js';
import { AT, created, edited, id } from './testing/events.js';
import { eventually } from './testing/eventually.js';
import { Harness, type RunningProjector } from './testing/harness.js';

const run = promisify(execFile);
const MAX_CONNECTIONS = 20;
const OTHER_GUILD = { guildId: id(101), channelId: id(300) };

const itOnDisks = canMount() ? it : it.skip;
const SMALL_DISK_KB = 2_048;
/** Much more than the write-ahead log of these tests. */
const WAL_DISK_KB = 1_048_576;

/** A separate Postgres, because these faults affect a whole server. */
describe('a projector whose Postgres', () => {
  let dir: string;
  let server: PostgresServer;
  let harness: Harness;
  let projector: RunningProjector;
  let messages = 0;
  let lastSeq = 0;
  const disks: SmallDisk[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-faults-'));
    server = await startServer('first');
    const drop = () => Promise.resolve();
    harness = await Harness.start(2, { url: server.url, drop });
    await harness.createLog();
    projector = harness.project();
    await append(10);
    await well();
  }, 120_000);
  afterAll(async () => {
    await harness.stop();
    await server.stop();
    for (const disk of disks) await disk.unmount();
    await rm(dir, { recursive: true, force: true });
  });

  const startServer = (name: string, port?: number) =>
    PostgresServer.start({
      dir: join(dir, name),
      password: 'test',
      fsync: false,
      maxConnections: MAX_CONNECTIONS,
      port,
    });
  const append = async (count: number, fields: { content?: string } = {}) => {
    const from = messages + 1;
    messages += count;
    const ids = Array.from({ length: count }, (_, i) => from + i);
    const said = ids.map((each) => created(each, { ...fields, ...(each % 2 ? OTHER_GUILD : {}) }));
    lastSeq = (await harness.append(...said)).at(-1)!;
  };
  const connected = (): Promise<pg.Client> =>
    openTestClient(withSearchPath(server.url, projectionSchema(PROJECTION_VERSION)), {
      application_name: 'fault',
    });
  const sql = async (...statements: string[]) => {
    const client = await connected();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  /** Waits until everything appended is projected once and the projector is ready. */
  const well = async () => {
    await harness.projected(lastSeq, 60_000);
    await eventually('ready', () => projector.health.ready(), 60_000);
    const count = 'SELECT count(*)::int AS rows FROM messages';
    await eventually(
      'all rows',
      async () => (await harness.rows<{ rows: number }>(count))[0]!.rows === messages,
    );
    const [changes] = await harness.rows(
      'SELECT count(*)::int AS n, count(DISTINCT seq)::int AS seqs, max(seq)::int AS last FROM changes',
    );
    expect(changes).toEqual({ n: lastSeq, seqs: lastSeq, last: lastSeq });
    const waiting = () => partitions().filter(({ lagSeconds }) => lagSeconds > 0);
    await eventually('nothing waits', () => waiting().length === 0);
  };
  const partitions = () => projector.health.report().detail.partitions as PartitionStatus[];
  const longestWait = () => Math.max(...partitions().map(({ lagSeconds }) => lagSeconds));
  /** Waits until the projector is not ready and the age of the waiting events grows. */
  const unwell = async () => {
    await eventually('not ready', () => !projector.health.ready(), 60_000);
    await eventually('something waits', () => longestWait() > 0, 60_000);
    const before = longestWait();
    await eventually('it waits longer', () => longestWait() > before);
  };

  const faults: [string, () => Promise<() => Promise<void>>][] = [
    [
      'is restarted',
      async () => {
        await server.stop();
        return () => server.restart();
      },
    ],
    [
      'is killed',
      async () => {
        await server.kill();
        return () => server.restart();
      },
    ],
    [
      'is read-only',
      async () => {
        await sql('ALTER SYSTEM SET default_transaction_read_only = on', 'SELECT pg_reload_conf()');
        return () => sql('ALTER SYSTEM RESET default_transaction_read_only', 'SELECT pg_reload_conf()');
      },
    ],
    [
      'has no connection left',
      async () => {
        const taken = await takeAllConnections();
        return async () => void (await Promise.all(taken.map((client) => client.end())));
      },
    ],
    [
      'has a full disk',
      async () => {
        await sql(
          `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
           END $$`,
          'CREATE TRIGGER full_disk BEFORE INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION full_disk()',
        );
        return () => sql('DROP FUNCTION full_disk CASCADE');
      },
    ],
  ];

  it.each(faults)(
    'a projector whose Postgres %s is not ready, reports how long events have waited, and recovers',
    async (_, begin) => {
      const end = await begin();
      await append(10);
      await unwell();
      await end();
      await well();
    },
    180_000,
  );

  itOnDisks(
    'a projector whose Postgres has no space on a real disk recovers with it (skipped where tmpfs is unavailable)',
    async () => {
      const { at } = await mountDisk('small', SMALL_DISK_KB);
      await sql(`CREATE TABLESPACE small LOCATION '${at}'`, 'ALTER TABLE messages SET TABLESPACE small');
      await fill('small');
      // More than fits into the rest of the table's last page.
      await append(10, { content: 'x'.repeat(1_500) });
      await unwell();
      const full = /extend file.*No space left on device/;
      const isReported = () => partitions().some(({ problem }) => full.test(problem ?? ''));
      await eventually('the full disk is reported', isReported, 60_000);
      expect(await harness.rows('SELECT FROM parked')).toEqual([]);
      await sql('DROP TABLE filler');
      await well();
      await sql('ALTER TABLE messages SET TABLESPACE pg_default', 'DROP TABLESPACE small');
    },
    180_000,
  );

  itOnDisks(
    'a Postgres without space for its write-ahead log ends, and recovers with space (skipped without tmpfs)',
    async () => {
      const { at, disk } = await mountDisk('wal', WAL_DISK_KB);
      const wal = join(dir, 'first', 'cluster', 'pg_wal');
      await whileStopped(async () => {
        await run('cp', ['-a', `${wal}/.`, at]);
        await rm(wal, { recursive: true });
        await symlink(at, wal);
      });
      await disk.fill();
      await untilFull('SELECT pg_switch_wal(), pg_current_xact_id()');
      await append(10);
      await unwell();
      const log = await readFile(join(dir, 'first', 'postgres.log'), 'utf8');
      expect(log).toMatch(/PANIC: .*No space left on device/);
      await disk.resize(WAL_DISK_KB);
      await server.restart();
      await well();
      await whileStopped(async () => {
        await rm(wal);
        await run('cp', ['-a', at, wal]);
      });
      await well();
    },
    180_000,
  );

  it('a projector that is the victim of a deadlock is not ready meanwhile and repeats the batch', async () => {
    const other = await connected();
    await other.query('BEGIN');
    await other.query(`SET LOCAL deadlock_timeout = '60s'`);
    await other.query('UPDATE messages SET seq = seq WHERE id = 2');
    [lastSeq] = (await harness.append(edited(2, 'after the deadlock', AT))) as [number];
    const waits = `SELECT FROM pg_stat_activity WHERE application_name LIKE 'projector/%' AND wait_event_type = 'Lock'`;
    await eventually('the projector waits for the row', async () => (await harness.rows(waits)).length > 0);
    await other.query('SELECT FROM checkpoints FOR UPDATE');
    const isReported = () => partitions().some(({ problem }) => problem?.includes('deadlock detected'));
    await eventually('the deadlock is reported', isReported);
    expect(projector.health.ready()).toBe(false);
    await other.query('COMMIT');
    await other.end();
    await well();
    expect(await harness.rows('SELECT content FROM messages WHERE id = 2')).toEqual([
      { content: 'after the deadlock' },
    ]);
  }, 180_000);

  it('a projector whose Postgres fails over to a copy without the last commits projects their events again', async () => {
    await whileStopped(() => run('cp', ['-a', join(dir, 'first'), join(dir, 'second')]));
    await append(10);
    await well();
    const { port } = server;
    await server.kill();
    await append(10);
    await unwell();
    server = await startServer('second', port);
    await well();
  }, 180_000);

  /** A disk that belongs to the server's user. */
  async function mountDisk(name: string, kilobytes: number): Promise<{ at: string; disk: SmallDisk }> {
    const at = join(dir, name);
    await mkdir(at);
    const disk = await SmallDisk.mount(at, kilobytes);
    disks.push(disk);
    const { uid, gid } = await stat(join(dir, 'first', 'cluster'));
    await run('chown', [`${uid}:${gid}`, at]);
    return { at, disk };
  }

  async function whileStopped(work: () => Promise<unknown>): Promise<void> {
    await server.stop();
    await work();
    await server.restart();
  }

  /** Fills the tablespace to its last page, with ever smaller writes: a failed one keeps the space that it has used. */
  async function fill(tablespace: string): Promise<void> {
    await sql(`CREATE TABLE filler (text text) TABLESPACE ${tablespace}`);
    for (const rows of [1_000, 100, 1]) {
      const insert = `INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, ${rows})`;
      const failure = await untilFull(insert);
      expect(failure).toMatchObject({ code: '53100' });
      expect(isDataError(failure)).toBe(false);
    }
  }

  async function untilFull(statement: string): Promise<unknown> {
    for (;;) {
      try {
        await sql(statement);
      } catch (error) {
        return error;
      }
    }
  }

  /** Takes all connections, including the projector's; one is kept to end the projector's. */
  async function takeAllConnections(): Promise<pg.Client[]> {
    const taken = [await connected()];
    const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'projector%'`;
    for (;;) {
      try {
        taken.push(await connected());
      } catch (error) {
        expect(error).toMatchObject({ code: '53300' });
        const { rowCount } = await taken[0]!.query(end);
        if (rowCount === 0) return taken;
      }
    }
  }
});
