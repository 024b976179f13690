import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { grantProjection, grantRelay } from './analyst-grants.js';
import { createReadModelDataSource, createRelayDataSource } from './connection.js';
import { explainPostgresError } from './postgres/explain.js';
import { AdvisoryLock } from './postgres/advisory-lock.js';
import { SchemaClient } from './postgres/schema-client.js';
import { listProjections } from './projection-registry.js';
import { SHAPE } from './migrations/projection/index.js';
import { PROJECTION_VERSION, projectionSchema, RELAY_SCHEMA } from './schema.js';

/** Key of the advisory lock: "relay" in ASCII. */
const MIGRATION_LOCK = 0x72_65_6c_61_79n;
/** Replicas that start together wait for each other. After this time, the error names the session that holds the lock. */
const LOCK_WAIT_MS = 8_000;

/**
 * Migrates schema `relay` and every projection of this code's shape, and creates the first, active projection in a database
 * without one. It leaves projections of another shape as they are, and lets the role of analysts, if there is one, read the
 * results. It is idempotent, and concurrent calls of several processes run one after the other.
 * @throws AppError DATABASE.UNUSABLE or DATABASE.LOCKED, with the remedy; the driver's error when Postgres is not available
 * or a migration fails (its transaction is rolled back)
 */
export async function migrate(url: string): Promise<void> {
  await underLock(url, async (client) => {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${RELAY_SCHEMA}`);
    await runMigrations(createRelayDataSource(url));
    await grantRelay(client);
    const projections = await listProjections(client);
    if (projections.length === 0) await create(client, url, PROJECTION_VERSION, true);
    for (const { schema, shape } of projections)
      if (shape === SHAPE) await migrateSchema(client, url, schema);
  });
}

/**
 * Creates an empty projection of this code's shape, to be built from the log. If there is one that is building or ready, it
 * returns that one.
 * @throws the driver's error, see {@link migrate}
 */
export async function createProjection(url: string): Promise<{ version: number; created: boolean }> {
  return underLock(url, async (client) => {
    const projections = await listProjections(client);
    const existing = projections.find(
      ({ shape, state }) => shape === SHAPE && (state === 'building' || state === 'ready'),
    );
    if (existing) return { version: existing.version, created: false };
    const version = Math.max(...projections.map((each) => each.version), PROJECTION_VERSION - 1) + 1;
    await create(client, url, version, false);
    return { version, created: true };
  });
}

/** Holds the lock on one connection while `work` uses others, so that `work` can commit at any time. */
async function underLock<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const lock = await AdvisoryLock.within(url, MIGRATION_LOCK, 'migrations', LOCK_WAIT_MS);
  return lock.during(async () => {
    const client = new SchemaClient({
      connectionString: url,
      settings: { search_path: 'pg_catalog', lock_timeout: String(LOCK_WAIT_MS) },
      connectionTimeoutMillis: 5_000,
    });
    await client.connect();
    try {
      return await work(client);
    } catch (error) {
      throw explainPostgresError(error);
    } finally {
      await client.end();
    }
  });
}

async function create(client: pg.Client, url: string, version: number, active: boolean): Promise<void> {
  const schema = projectionSchema(version);
  await migrateSchema(client, url, schema);
  await client.query(
    `INSERT INTO ${RELAY_SCHEMA}.projections (version, schema, shape, active, activated_at, ready_at)
     VALUES ($1, $2, $3, $4::boolean, CASE WHEN $4 THEN now() END, CASE WHEN $4 THEN now() END)`,
    [version, schema, SHAPE, active],
  );
}

async function migrateSchema(client: pg.Client, url: string, schema: string): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await runMigrations(createReadModelDataSource({ url, schema, poolSize: 1 }));
  await grantProjection(client, schema);
}

async function runMigrations(dataSource: DataSource): Promise<void> {
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } catch (error) {
    throw explainPostgresError(error);
  } finally {
    await dataSource.destroy();
  }
}
