import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createReadModelDataSource, createRelayDataSource } from './connection.js';
import { PROJECTION_VERSION, projectionSchema, RELAY_SCHEMA } from './schema.js';

/** Any number that nobody else locks in this database: "relay" in ASCII. */
const MIGRATION_LOCK = 0x72_65_6c_61_79;

/**
 * Brings schema `relay` and the schema of this code's projection version up to date and registers the version; the
 * first one ever becomes the active one. Idempotent; several processes may call it at once and take turns.
 * @throws the driver's error when Postgres is away or a migration fails (its transaction is rolled back)
 */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A connection that breaks between two statements says so here; the next statement fails with the reason.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrateLocked(client, url);
  } finally {
    await client.end();
  }
}

async function migrateLocked(client: pg.Client, url: string): Promise<void> {
  const schema = projectionSchema(PROJECTION_VERSION);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${RELAY_SCHEMA}`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await runMigrations(createRelayDataSource(url));
  await runMigrations(createReadModelDataSource({ url, schema, poolSize: 1 }));
  await client.query(
    `INSERT INTO ${RELAY_SCHEMA}.projections (version, schema, active)
     VALUES ($1, $2, NOT EXISTS (SELECT FROM ${RELAY_SCHEMA}.projections WHERE active))
     ON CONFLICT (version) DO NOTHING`,
    [PROJECTION_VERSION, schema],
  );
}

async function runMigrations(dataSource: DataSource): Promise<void> {
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
