import { asTestAdmin, createTestDatabase, openTestPool, type TestDatabase } from '@discord-relay/local-stack';
import type pg from 'pg';
import { SchemaClient } from './schema-client.js';

const SETTINGS = { search_path: 'pg_catalog' };

/** As if Postgres stopped at this moment. */
async function endSessionOf(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await asTestAdmin(`SELECT pg_terminate_backend(${rows[0]!.pid})`);
  await ended;
}

let interruptions = 0;

/** Its first session ends after it has started, and before the requesting pool has it. */
class Interrupted extends SchemaClient {
  override connect(): Promise<this>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<this> | void {
    const opening = this.interrupted();
    if (!callback) return opening;
    opening.then(() => (callback as () => void)(), callback);
  }

  private async interrupted(): Promise<this> {
    await super.connect();
    if (interruptions++ === 0) await endSessionOf(this);
    return this;
  }
}

describe('a session that the server ends', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await createTestDatabase()));
  afterAll(() => database.drop());

  it('a session that ends while idle makes its next statement fail, and does not end the process', async () => {
    const client = new SchemaClient({ connectionString: database.url, settings: SETTINGS });
    await client.connect();
    await endSessionOf(client);
    await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable/);
  });

  it('a session that ends before the pool has it makes one statement fail, and is replaced', async () => {
    const config = { connectionString: database.url, settings: SETTINGS, Client: Interrupted };
    const pool = openTestPool(config as object, 1);
    await expect(pool.query('SELECT 1')).rejects.toThrow(/not queryable/);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
