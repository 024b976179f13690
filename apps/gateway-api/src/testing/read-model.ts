import {
  copyTestDatabase,
  createTestDatabase,
  openTestPool,
  type TestDatabase,
} from '@discord-relay/local-stack';
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

/** The empty read model, and the schema `relay`. */
export const createReadModelDatabase = (): Promise<TestDatabase> => copyTestDatabase('read_model', migrate);

/** @param options options of CREATE DATABASE */
export async function openReadModel(options?: string): Promise<TestReadModel> {
  const database = options === undefined ? await createReadModelDatabase() : await createOwn(options);
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

/** A database with other options than those of the template needs its own migrations. */
async function createOwn(options: string): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  await migrate(database.url);
  return database;
}
