import {
  asTestAdmin,
  createTestDatabase,
  openTestClient,
  openTestPool,
  PgBouncer,
  type TestDatabase,
} from '@discord-relay/local-stack';
import type pg from 'pg';
import { createReadModelPool } from '../connection.js';
import { createProjection, migrate } from '../migrate.js';
import { listProjections } from '../projection-registry.js';
import { AdvisoryLock } from './advisory-lock.js';
import { serverFacts } from './server-probe.js';

const binary = process.env.PGBOUNCER_PATH;
const withPooler = binary ? describe : describe.skip;

withPooler.each([
  ['transactions', 'transaction', []],
  ['transactions, with start-up options dropped', 'transaction', ['ignore_startup_parameters = options']],
  ['sessions', 'session', []],
  ['sessions, with start-up options dropped', 'session', ['ignore_startup_parameters = options']],
] as const)('behind a pooler of %s', (_, mode, config) => {
  let database: TestDatabase;
  let pooler: PgBouncer;
  let url: string;
  let direct: pg.Pool;
  const pools: pg.Pool[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    pooler = await PgBouncer.start({ binary: binary!, postgresUrl: database.url, mode, poolSize: 6, config });
    url = pooler.urlOf(database.url);
    direct = openTestPool(database.url, 1);
    await migrate(url);
  });

  afterAll(async () => {
    await Promise.all([...pools, direct].map((pool) => pool?.end()));
    await pooler?.stop();
    await database?.drop();
  });

  function open(schema: string, poolSize = 3): pg.Pool {
    const settings = { enable_seqscan: 'off' };
    const pool = createReadModelPool({ url, schema, poolSize, settings, onLost: () => undefined });
    pools.push(pool);
    return pool;
  }

  const tables = async (schema: string): Promise<number> => {
    const { rows } = await direct.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = $1',
      [schema],
    );
    return rows[0]!.n;
  };

  it('tables are created in their schema only, and no lock remains', async () => {
    expect(await serverFacts(url)).toMatchObject({ pooling: 'transaction' });
    expect(await tables('relay')).toBeGreaterThan(3);
    expect(await tables('projection_v1')).toBeGreaterThan(10);
    expect(await tables('public')).toBe(0);
    const { rows } = await direct.query(`SELECT FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    expect(rows).toEqual([]);
  });

  it('several projectors migrate at once, and build beside each other', async () => {
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await createProjection(url)).toEqual({ version: 2, created: true });
    expect(await tables('projection_v2')).toBe(await tables('projection_v1'));
    expect(await listProjections(direct)).toHaveLength(2);
  });

  it('statements of two schemas never mix, although sessions are shared', async () => {
    const [first, second] = [open('projection_v1'), open('projection_v2')];
    const schemaOf = async (pool: pg.Pool) =>
      (await pool.query<{ schema: string }>({ name: 'same', text: 'SELECT current_schema() AS schema' }))
        .rows[0]!.schema;
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => schemaOf(i % 2 ? second : first)));
    expect(answers.filter((_, i) => i % 2 === 0)).toEqual(Array(30).fill('projection_v1'));
    expect(answers.filter((_, i) => i % 2 === 1)).toEqual(Array(30).fill('projection_v2'));
    const stranger = await openTestClient(url);
    const { rows } = await stranger.query('SHOW search_path');
    await stranger.end();
    expect(rows).toEqual([{ search_path: '"$user", public' }]);
  });

  it('a failing statement reports its own error, and the connection continues', async () => {
    const pool = open('projection_v1', 1);
    await expect(pool.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
    const client = await pool.connect();
    await expect(client.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    client.release();
  });

  it('a statement is committed when it is answered, and a transaction completely or not at all', async () => {
    const pool = open('relay');
    const insert = `INSERT INTO audit (at, action) VALUES (now(), $1)`;
    await pool.query(insert, ['alone']);
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(insert, ['undone']);
    await client.query('SAVEPOINT here');
    await expect(client.query('SELECT no_such_column')).rejects.toMatchObject({ code: '42703' });
    await client.query('ROLLBACK TO SAVEPOINT here');
    await client.query(insert, ['undone too']);
    await client.query('ROLLBACK');
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await expect(client.query(insert, ['read only'])).rejects.toMatchObject({ code: '25006' });
    await client.query('ROLLBACK');
    client.release();
    const { rows } = await direct.query('SELECT action FROM relay.audit');
    expect(rows).toEqual([{ action: 'alone' }]);
  });

  it('a lock excludes others and ends with its connection', async () => {
    const first = await AdvisoryLock.attempt(url, 4_711n, 'test');
    expect(await AdvisoryLock.attempt(url, 4_711n, 'test')).toBeNull();
    await expect(AdvisoryLock.within(url, 4_711n, 'a test', 200)).rejects.toMatchObject({
      code: 'DATABASE.LOCKED',
      message: expect.stringMatching(/a test waits for process \d+ .*pg_terminate_backend/),
    });
    await first!.during(() => Promise.resolve());
    const second = await AdvisoryLock.within(url, 4_711n, 'test', 5_000);
    await second.during(() => Promise.resolve());
  });
});

describe('settings of the role', () => {
  const HOSTILE: [name: string, value: string][] = [
    ['search_path', 'pg_catalog'],
    ['DateStyle', "'SQL, DMY'"],
    ['TimeZone', "'Asia/Kathmandu'"],
    ['IntervalStyle', 'iso_8601'],
    ['bytea_output', 'escape'],
    ['extra_float_digits', '-15'],
    ['standard_conforming_strings', 'off'],
    ['default_transaction_isolation', 'serializable'],
    ['default_transaction_deferrable', 'on'],
    // Too short for migrations; long enough for the statement that finds out what the server is, on a busy machine too.
    ['statement_timeout', '100'],
    ['lock_timeout', '100'],
    ['idle_in_transaction_session_timeout', '100'],
    ['idle_session_timeout', '100'],
    ['transaction_timeout', '100'],
  ];
  const role = `hostile_${process.pid}`;
  let database: TestDatabase;
  let url: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const name = new URL(database.url).pathname.slice(1);
    await asTestAdmin(
      `CREATE ROLE ${role} LOGIN PASSWORD 'x'`,
      `GRANT CREATE ON DATABASE ${name} TO ${role}`,
      ...HOSTILE.map(([setting, value]) => `ALTER ROLE ${role} SET ${setting} = ${value}`),
    );
    const target = new URL(database.url);
    [target.username, target.password] = [role, 'x'];
    url = target.href;
  });

  afterAll(async () => {
    await database?.drop();
    await asTestAdmin(`DROP ROLE IF EXISTS ${role}`);
  });

  it('settings of the role have no effect on those of the connection', async () => {
    await migrate(url);
    const pool = createReadModelPool({ url, schema: 'projection_v1', poolSize: 1, onLost: () => undefined });
    const names = HOSTILE.map(([name]) => name);
    const { rows } = await pool.query<{ name: string; own: string }>(
      'SELECT each AS name, current_setting(each) AS own FROM unnest($1::text[]) each',
      [names],
    );
    await pool.end();
    expect(Object.fromEntries(rows.map(({ name, own }) => [name, own]))).toEqual({
      search_path: 'projection_v1',
      DateStyle: 'ISO, MDY',
      TimeZone: 'UTC',
      IntervalStyle: 'postgres',
      bytea_output: 'hex',
      extra_float_digits: '1',
      standard_conforming_strings: 'on',
      default_transaction_isolation: 'read committed',
      default_transaction_deferrable: 'off',
      statement_timeout: '0',
      lock_timeout: '0',
      idle_in_transaction_session_timeout: '0',
      idle_session_timeout: '0',
      transaction_timeout: '0',
    });
  });
});
