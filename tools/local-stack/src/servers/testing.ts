import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { cacheDir, findNatsServer } from './nats-binary.js';
import { NatsServer, type NatsServerOptions } from './nats-server.js';

export interface TestNats {
  url: string;
  port: number;
  pid: number;
  /** Its files, including JetStream's; change them only while it is stopped. */
  dir: string;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}

/** A JetStream server for one test file. */
export async function startNatsServer(
  options: Pick<NatsServerOptions, 'port' | 'config'> = {},
): Promise<TestNats> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-nats-'));
  const binary = await findNatsServer(cacheDir(process.env.XDG_CACHE_HOME), (line) =>
    process.stderr.write(`${line}\n`),
  );
  const server = await NatsServer.start({ binary, dir, ...options });
  return {
    url: server.url,
    port: server.port,
    dir,
    get pid() {
      return server.pid;
    },
    stop: async () => {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
    kill: (signal) => server.kill(signal),
    restart: () => server.restart(),
  };
}

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * A fresh database on the Postgres that DATABASE_URL names.
 * @param options options of CREATE DATABASE, for example a locale
 * @throws Error when DATABASE_URL is not set: run the tests through `npm test`
 */
export async function createTestDatabase(options = ''): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asTestAdmin(`CREATE DATABASE ${name} ${options}`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asTestAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/**
 * A pool for tests that stop or restart the server, or drop the database. Losing an idle connection, or one that is being closed, is
 * not a failure (`end` does not wait for the server); the next statement reports the problem.
 */
export function openTestPool(target: string | pg.PoolConfig, max: number): pg.Pool {
  const config = typeof target === 'string' ? { connectionString: target } : target;
  const pool = new pg.Pool({ ...config, max });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** One open connection; otherwise as {@link openTestPool}. */
export async function openTestClient(
  connectionString: string,
  config: pg.ClientConfig = {},
): Promise<pg.Client> {
  const client = new pg.Client({ ...config, connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Runs statements as the owner of the server that DATABASE_URL names.
 * @throws Error as {@link createTestDatabase}
 */
export async function asTestAdmin(...statements: string[]): Promise<void> {
  const client = await openTestClient(adminUrl());
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function adminUrl(): string {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: run the tests through `npm test`');
  return url;
}
