import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { PROJECTION_MIGRATIONS } from './migrations/projection/index.js';
import { CreateProjections1763700000000 } from './migrations/relay/1763700000000-create-projections.js';
import { AddProjectionLife1763900000000 } from './migrations/relay/1763900000000-add-projection-life.js';
import { AddAuth1764000000000 } from './migrations/relay/1764000000000-add-auth.js';
import { CreateWebhooks1764100000000 } from './migrations/relay/1764100000000-create-webhooks.js';
import { SchemaClient } from './postgres/schema-client.js';
import { CreateQueueSettings1764200000000 } from './migrations/relay/1764200000000-create-queue-settings.js';
import { CreateExports1764300000000 } from './migrations/relay/1764300000000-create-exports.js';
import { AddPartsOfExportFiles1764310000000 } from './migrations/relay/1764310000000-add-parts-of-export-files.js';
import type { Settings } from './postgres/session-settings.js';
import { RELAY_SCHEMA } from './schema.js';
import { entitySchema } from './tables/description/entity-schema.js';
import { PROJECTION_TABLES, RELAY_TABLES } from './tables/index.js';
import type { Table } from './tables/description/table.js';

export interface ReadModelConnection {
  /** `postgres://` URL of the database. */
  url: string;
  /** {@link projectionSchema} of the projection; tables are found through the search path. */
  schema: string;
  /** Shown in `pg_stat_activity`. */
  applicationName?: string;
  /** Maximum number of connections; default: 10. */
  poolSize?: number;
  /** Postgres settings of these connections. */
  settings?: Settings;
}

/**
 * Adds `search_path` and other settings to the URL, for every connection that uses it. They go into the URL because its
 * options replace options that are passed separately.
 */
export function withSearchPath(url: string, schema: string, settings: Record<string, string> = {}): string {
  const result = new URL(url);
  const all = Object.entries({ search_path: schema, ...settings }).map(
    ([key, value]) => `-c ${key}=${value}`,
  );
  const options = [result.searchParams.get('options'), ...all].filter(Boolean).join(' ');
  result.searchParams.set('options', options);
  return result.href;
}

/** TypeORM data source of one projection: its tables and migrations. Call `initialize()` before use. */
export function createReadModelDataSource(connection: ReadModelConnection): DataSource {
  return dataSource(connection, PROJECTION_TABLES, PROJECTION_MIGRATIONS);
}

/** The migrations of schema `relay`, oldest first. */
export const RELAY_MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  CreateProjections1763700000000,
  AddProjectionLife1763900000000,
  AddAuth1764000000000,
  CreateWebhooks1764100000000,
  CreateQueueSettings1764200000000,
  CreateExports1764300000000,
  AddPartsOfExportFiles1764310000000,
];

/** TypeORM data source of schema `relay`, which belongs to no projection. */
export function createRelayDataSource(url: string): DataSource {
  return dataSource({ url, schema: RELAY_SCHEMA, poolSize: 1 }, RELAY_TABLES, RELAY_MIGRATIONS);
}

export interface PoolConnection extends ReadModelConnection {
  /** Sends statements without waiting for the answers to earlier ones. */
  pipeline?: boolean;
  /** A statement without an answer after this time fails, and so does its connection; default: no limit. */
  queryTimeoutMs?: number;
  /** Postgres ends a transaction and releases its locks after its client was idle for this long; default: no limit. */
  idleInTransactionMs?: number;
  /**
   * Called when a connection breaks while no statement is running. This can happen at any time: between two statements of a
   * transaction, while a connection is returned to the pool, or after `end`, which does not wait for the server. Without a
   * listener it would end the process.
   */
  onLost: (error: Error) => void;
}

/** A pg pool for one schema, without TypeORM. It also works behind a transaction pooler; see {@link SchemaClient}. */
export function createReadModelPool(connection: PoolConnection): pg.Pool {
  const { settings, schema, idleInTransactionMs } = connection;
  const pool = new pg.Pool({
    ...clientConfig(connection.url, {
      ...settings,
      search_path: schema,
      ...(idleInTransactionMs && { idle_in_transaction_session_timeout: String(idleInTransactionMs) }),
    }),
    application_name: connection.applicationName,
    max: connection.poolSize ?? 10,
    pipeline: connection.pipeline ?? false,
    query_timeout: connection.queryTimeoutMs,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  } as object);
  // The pool re-emits the errors of idle connections and throws if there is no listener.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', connection.onLost));
  return pool;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Better to report the lock than to make every other session queue behind a migration. */
const MIGRATION_LOCK_TIMEOUT_MS = 8_000;

const clientConfig = (connectionString: string, settings: Settings) => ({
  connectionString,
  settings,
  Client: SchemaClient,
});

function dataSource(
  { url, schema, applicationName, poolSize = 10, settings }: ReadModelConnection,
  tables: readonly Table[],
  migrations: readonly (new () => object)[],
): DataSource {
  return new DataSource({
    type: 'postgres',
    // TypeORM would look for it in node_modules, which images do not have.
    driver: pg,
    url,
    applicationName,
    poolSize,
    entities: tables.map(entitySchema),
    migrations: [...migrations],
    migrationsTransactionMode: 'all',
    synchronize: false,
    installExtensions: false,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: clientConfig(url, {
      ...settings,
      search_path: schema,
      lock_timeout: String(MIGRATION_LOCK_TIMEOUT_MS),
    }),
  });
}
