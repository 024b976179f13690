import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { cacheDir, findNatsServer } from './nats-binary.js';
import { NatsServer } from './nats-server.js';

export interface TestNats {
  url: string;
  port: number;
  pid: number;
  /** Its files, JetStream's among them; to be touched while it is stopped. */
  dir: string;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}

/** A JetStream server of its own for one test file. */
export async function startNatsServer(options: { port?: number } = {}): Promise<TestNats> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-nats-'));
  const binary = await findNatsServer(cacheDir(process.env.XDG_CACHE_HOME), (line) =>
    process.stderr.write(`${line}\n`),
  );
  const server = await NatsServer.start({ binary, dir, port: options.port });
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
 * @throws Error when DATABASE_URL is not set: run the tests through `npm test`
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const adminUrl = process.env.DATABASE_URL;
  if (!adminUrl) throw new Error('DATABASE_URL is not set: run the tests through `npm test`');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      withClient(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function withClient(
  connectionString: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
