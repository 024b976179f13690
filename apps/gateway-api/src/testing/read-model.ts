import { createTestDatabase, openTestPool } from '@discord-relay/local-stack';
import { migrate, PROJECTION_VERSION, projectionSchema, withSearchPath } from '@discord-relay/read-model';
import type pg from 'pg';
import type { Querying } from '../database/read-model.database.js';

/** The empty read model of a fresh database, and ways to query it. */
export interface TestReadModel {
  /** With the schema as its search path. */
  url: string;
  pool: pg.Pool;
  query: Querying;
  close(): Promise<void>;
}

/** @param options options of CREATE DATABASE */
export async function openReadModel(options?: string): Promise<TestReadModel> {
  const database = await createTestDatabase(options);
  await migrate(database.url);
  const url = withSearchPath(database.url, projectionSchema(PROJECTION_VERSION));
  const pool = openTestPool(url, 1);
  return {
    url,
    pool,
    query: { rows: async ({ text, values }) => (await pool.query(text, values)).rows },
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
}
