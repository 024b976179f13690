import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { createReadModelDataSource, createRelayDataSource, RELAY_MIGRATIONS } from './connection.js';
import { grantProjection, grantRelay, projectionOwner, relayIsForeign } from './grants.js';
import { databaseUnusable, explainPostgresError } from './postgres/explain.js';
import { AdvisoryLock } from './postgres/advisory-lock.js';
import { SchemaClient } from './postgres/schema-client.js';
import type { Settings } from './postgres/session-settings.js';
import { listProjections } from './projection-registry.js';
import { SHAPE } from './migrations/projection/index.js';
import { PROJECTION_VERSION, projectionSchema, RELAY_SCHEMA } from './schema.js';

/** Key of the advisory lock: "relay" in ASCII. */
const MIGRATION_LOCK = 0x72_65_6c_61_79n;
/** Replicas that start together wait for each other. After this time, the error names the session that holds the lock. */
const LOCK_WAIT_MS = 8_000;

/**
 * Migrates schema `relay` and every projection of this code's shape, and creates the first, active projection in a database
 * without one. It leaves projections of another shape as they are, and gives the roles that the relay knows, if they exist, their
 * rights to the results. Where schema `relay` belongs to another role, it only checks that this role has migrated it. It is
 * idempotent, and concurrent calls of several processes run one after the other.
 * @throws AppError DATABASE.UNUSABLE or DATABASE.LOCKED, with the remedy; the driver's error when Postgres is not available
 * or a migration fails (its transaction is rolled back)
 */
export async function migrate(url: string): Promise<void> {
  await underLock(url, async (client) => {
    if (await relayIsForeign(client)) await requireRelayMigrated(client);
    else await migrateRelay(client, url);
    await asOwner(client, url, async (owner) => {
      const projections = await listProjections(owner.client);
      if (projections.length === 0) await create(owner, PROJECTION_VERSION, true);
      for (const { schema, shape } of projections) if (shape === SHAPE) await migrateSchema(owner, schema);
    });
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
    await asOwner(client, url, (owner) => create(owner, version, false));
    return { version, created: true };
  });
}

/** Holds the lock on one connection while `work` uses others, so that `work` can commit at any time. */
async function underLock<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const lock = await AdvisoryLock.within(url, MIGRATION_LOCK, 'migrations', LOCK_WAIT_MS);
  return lock.during(() => withClient(url, {}, work));
}

async function withClient<T>(
  url: string,
  settings: Settings,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new SchemaClient({
    connectionString: url,
    settings: { ...settings, search_path: 'pg_catalog', lock_timeout: String(LOCK_WAIT_MS) },
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
}

async function migrateRelay(client: pg.Client, url: string): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${RELAY_SCHEMA}`);
  await runMigrations(createRelayDataSource(url));
  await grantRelay(client);
}

/** SQLSTATE undefined_table and insufficient_privilege: the owner has not migrated it, or not since the roles exist. */
const NOT_GRANTED = new Set(['42P01', '42501']);

async function requireRelayMigrated(client: pg.Client): Promise<void> {
  const executed = await client
    .query<{ name: string }>(`SELECT name FROM ${RELAY_SCHEMA}.migrations`)
    .catch((error: { code?: string }) => {
      if (NOT_GRANTED.has(error.code ?? '')) return { rows: [] };
      throw error;
    });
  const missing = RELAY_MIGRATIONS.some(({ name }) => executed.rows.every((each) => each.name !== name));
  if (missing)
    throw databaseUnusable(
      `schema ${RELAY_SCHEMA} belongs to another role and is not up to date; run \`migrate\` of this release as that role`,
    );
}

/** A connection of the role that owns projections. */
interface Owner {
  client: pg.Client;
  url: string;
  settings: Settings;
}

async function asOwner(client: pg.Client, url: string, work: (owner: Owner) => Promise<void>): Promise<void> {
  const role = await projectionOwner(client);
  if (role === null) return work({ client, url, settings: {} });
  const settings = { role };
  await withClient(url, settings, (connected) => work({ client: connected, url, settings }));
}

async function create(owner: Owner, version: number, active: boolean): Promise<void> {
  const schema = projectionSchema(version);
  await migrateSchema(owner, schema);
  await owner.client.query(
    `INSERT INTO ${RELAY_SCHEMA}.projections (version, schema, shape, active, activated_at, ready_at)
     VALUES ($1, $2, $3, $4::boolean, CASE WHEN $4 THEN now() END, CASE WHEN $4 THEN now() END)`,
    [version, schema, SHAPE, active],
  );
}

async function migrateSchema({ client, url, settings }: Owner, schema: string): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await runMigrations(createReadModelDataSource({ url, schema, poolSize: 1, settings }));
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
