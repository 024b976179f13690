import { copyTestDatabase, type TestDatabase } from '@discord-relay/local-stack';
import { migrate, PROJECTION_VERSION, projectionSchema } from '@discord-relay/read-model';
import { FaultyDatabase } from './faulty-database.js';
import { silent } from './logger.js';

export interface TestTables {
  database: FaultyDatabase;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Creates the read model's tables in a separate database. */
export async function createTables(): Promise<TestTables> {
  const test: TestDatabase = await copyTestDatabase('read_model', migrate);
  const schema = projectionSchema(PROJECTION_VERSION);
  const database = new FaultyDatabase(
    { url: test.url, schema, applicationName: 'test', poolSize: 4, idleInTransactionMs: 10_000 },
    silent,
  );
  const tables = await database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migrations'`,
    [schema],
  );
  return {
    database,
    clear: async () => {
      // DELETE is faster than TRUNCATE for so few rows, because TRUNCATE creates new files.
      await database.query(tables.map(({ name }) => `DELETE FROM ${name}`).join('; '));
    },
    close: async () => {
      await database.close();
      await test.drop();
    },
  };
}
