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
  return { url: urlOf(name), drop: () => asTestAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Key of the advisory lock of those who create a template: "test" in ASCII. */
const TEMPLATE_LOCK = 0x74_65_73_74;

/**
 * As {@link createTestDatabase}, a copy of a template. The first caller on this Postgres creates the template, other processes
 * wait for it.
 * @param template its name; `prepare` must always do the same for it, and leave no connection open
 */
export async function copyTestDatabase(
  template: string,
  prepare: (url: string) => Promise<void>,
): Promise<TestDatabase> {
  const client = await openTestClient(adminUrl());
  try {
    await client.query(`SELECT pg_advisory_lock(${TEMPLATE_LOCK})`);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) await createTemplate(client, template, prepare);
  } finally {
    await client.end();
  }
  return createTestDatabase(`TEMPLATE ${template}`);
}

/** It gets its name when it is complete, so that a failure leaves no template behind. */
async function createTemplate(
  client: pg.Client,
  name: string,
  prepare: (url: string) => Promise<void>,
): Promise<void> {
  const unfinished = `${name}_unfinished`;
  await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${unfinished}`);
  await prepare(urlOf(unfinished));
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
}

function urlOf(database: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${database}`;
  return url.href;
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
