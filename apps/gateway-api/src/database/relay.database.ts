import type { Pool, QueryResultRow } from 'pg';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { createReadModelPool, RELAY_SCHEMA } from '@discord-relay/read-model';
import type { Querying, Statement } from './read-model.database.js';
import { databaseError, withClient } from './with-client.js';

/** For revocation polls, log-ins and the audit log; none of them waits for queries of read models. */
const POOL_SIZE = 3;
const QUERY_TIMEOUT_MS = 5_000;

/** SQLSTATE undefined_table, invalid_schema_name and undefined_column: the projector has not migrated yet. */
const NOT_MIGRATED = new Set(['42P01', '3F000', '42703']);

/** The schema `relay`, which is independent of projections. It has its own connections. */
export class RelayDatabase implements Querying {
  private readonly pool: Pool;

  constructor(url: string, logger: Logger) {
    this.pool = createReadModelPool({
      url,
      schema: RELAY_SCHEMA,
      poolSize: POOL_SIZE,
      queryTimeoutMs: QUERY_TIMEOUT_MS,
      applicationName: 'gateway-api relay',
      onLost: (err) => logger.warn({ err }, 'Postgres connection lost'),
    });
  }

  /** @throws AppError `SERVICE.UNAVAILABLE` when Postgres is unavailable or the tables do not exist yet */
  async rows<R extends QueryResultRow>(statement: Statement): Promise<R[]> {
    try {
      return await withClient(this.pool, async (client) => (await client.query<R>(statement)).rows);
    } catch (cause) {
      throw errorOf(cause);
    }
  }

  /**
   * Runs `work` in a transaction while no other process does so with the same key.
   * @throws AppError as {@link rows}; what `work` throws
   */
  async locked<T>(key: number, work: (query: Querying) => Promise<T>): Promise<T> {
    try {
      return await withClient(this.pool, async (client) => {
        await client.query('BEGIN');
        await client.query('SELECT pg_advisory_xact_lock($1)', [key]);
        const result = await work({
          rows: async <R extends QueryResultRow>(statement: Statement) =>
            (await client.query<R>(statement)).rows,
        });
        await client.query('COMMIT');
        return result;
      });
    } catch (cause) {
      throw errorOf(cause);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

function errorOf(cause: unknown): unknown {
  if (NOT_MIGRATED.has((cause as { code?: string }).code ?? ''))
    return new AppError('SERVICE.UNAVAILABLE', 'waiting for the projector’s migrations', { cause });
  return databaseError(cause);
}
