import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresServer, until } from '@discord-relay/local-stack';
import type pg from 'pg';
import { createReadModelPool } from '../connection.js';
import { migrate } from '../migrate.js';

const RECOVERY_MS = 30_000;

describe('a list of Postgres servers', () => {
  let dir: string;
  let first: PostgresServer;
  let second: PostgresServer;
  const pools: pg.Pool[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-primary-'));
    const options = { fsync: false, settings: { wal_keep_size: '256MB' } };
    first = await PostgresServer.start({ ...options, dir: join(dir, 'first'), password: 'a,b' });
    second = await PostgresServer.startStandby(first, { ...options, dir: join(dir, 'second') });
  }, 120_000);
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await Promise.all([first, second].map((server) => server?.stop()));
    await rm(dir, { recursive: true, force: true });
  });

  /** As the configuration normalizes it. */
  function urlOf(servers: readonly PostgresServer[]): string {
    const url = new URL(servers[0]!.url);
    url.host = 'localhost';
    url.port = '';
    url.searchParams.set('host', servers.map(() => '127.0.0.1').join());
    url.searchParams.set('port', servers.map(({ port }) => port).join());
    return url.href;
  }
  function open(...servers: PostgresServer[]): pg.Pool {
    const pool = createReadModelPool({
      url: urlOf(servers),
      schema: 'relay',
      poolSize: 2,
      onLost: () => undefined,
    });
    pools.push(pool);
    return pool;
  }
  const write = async (pool: pg.Pool): Promise<number> => {
    await pool.query(`INSERT INTO audit (at, action) VALUES (now(), 'test')`);
    return (await pool.query<{ port: number }>('SELECT inet_server_port() AS port')).rows[0]!.port;
  };

  it('migrations and pools use the server that accepts writes, wherever it stands in the list', async () => {
    await migrate(urlOf([second, first]));
    expect(await write(open(first, second))).toBe(first.port);
    expect(await write(open(second, first))).toBe(first.port);
  });

  it('a pool fails without a primary, and uses the standby once it is promoted', async () => {
    const pool = open(first, second);
    await write(pool);
    await first.kill();
    await until('no primary', RECOVERY_MS, () =>
      write(pool).then(
        () => undefined,
        ({ code }: { code?: string }) => code === 'NO_PRIMARY' || undefined,
      ),
    );
    await second.promote();
    expect(await until('writing', RECOVERY_MS, () => write(pool))).toBe(second.port);
  });

  it('a former primary that is back is not used, because another server was promoted after it', async () => {
    await first.restart();
    expect(await write(open(first, second))).toBe(second.port);
  });

  it('a wrong password is reported with its remedy', async () => {
    const url = new URL(urlOf([first, second]));
    url.password = 'wrong';
    await expect(migrate(url.href)).rejects.toMatchObject({ code: 'DATABASE.UNUSABLE' });
  });
});
