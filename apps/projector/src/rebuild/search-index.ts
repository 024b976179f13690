import type { Logger } from '@discord-relay/platform';
import {
  createReadModelPool,
  HeldLock,
  type OutsideTransaction,
  type ProjectionRecord,
  SEARCH_VECTOR,
} from '@discord-relay/read-model';
import type { Pool } from 'pg';

const NAME = 'messages_search';
/** Any number that nobody else locks in this database: "sear" in ASCII. */
const LOCK = 0x73_65_61_72;

/** What the index is of is said in its comment: one of another version is made anew. */
const VALID = `
  SELECT i.indisvalid AND coalesce(obj_description(c.oid, 'pg_class') = $2, false) AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relname = '${NAME}' AND c.relnamespace = $1::regnamespace`;
const createIn = (schema: string): string => `
  CREATE INDEX CONCURRENTLY IF NOT EXISTS ${NAME} ON ${schema}.messages USING gin (${SEARCH_VECTOR}) WHERE deleted_at IS NULL`;
const describeIn = (schema: string): string =>
  `COMMENT ON INDEX ${schema}.${NAME} IS '${SEARCH_VECTOR.replaceAll("'", "''")}'`;

/** By what is being done: behind a pooler nobody knows which session does it. */
const CANCEL = `
  SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index
  WHERE datname = current_database() AND relid = $1::regclass`;

export interface SearchIndexOptions {
  databaseUrl: string;
  record: Pick<ProjectionRecord, 'version' | 'schema'>;
  logger: Logger;
}

/**
 * Sees to the index by which messages are searched, while commits go on. It is no part of the projection's migrations:
 * a replay would have to keep it up to date row by row. What an earlier attempt left is made anew.
 * @returns whether it is there now; false when another process makes it, or the signal aborted
 * @throws the driver's error
 */
export async function ensureSearchIndex(options: SearchIndexOptions, signal: AbortSignal): Promise<boolean> {
  const { databaseUrl: url, record, logger } = options;
  const applicationName = `projector/search-index/${record.version}`;
  const onLost = (err: Error) => logger.warn({ err }, 'postgres connection lost');
  const pool = createReadModelPool({ url, schema: record.schema, applicationName, poolSize: 2, onLost });
  try {
    if (await isValid(pool, record.schema)) return true;
    return await makeAlone(pool, options, signal);
  } finally {
    await pool.end();
  }
}

async function isValid(pool: Pool, schema: string): Promise<boolean | undefined> {
  const { rows } = await pool.query<{ valid: boolean }>(VALID, [schema, SEARCH_VECTOR]);
  return rows[0]?.valid;
}

async function makeAlone(pool: Pool, options: SearchIndexOptions, signal: AbortSignal): Promise<boolean> {
  const { databaseUrl, record, logger } = options;
  const lock = await HeldLock.attempt(databaseUrl, [LOCK, record.version], 'search index');
  if (!lock) return false;
  return lock.during(async () => {
    if (signal.aborted) return false;
    const cancel = () => void cancelMaking(pool, record.schema, logger);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await make(pool, options);
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  });
}

async function make(pool: Pool, { record, logger }: SearchIndexOptions): Promise<boolean> {
  const { schema } = record;
  const startedAtMs = performance.now();
  if ((await isValid(pool, schema)) === false)
    await pool.query(outside(`DROP INDEX CONCURRENTLY ${schema}.${NAME}`));
  await pool.query(outside(createIn(schema)));
  await pool.query(describeIn(schema));
  // Until then Postgres knows nothing of how rare words are, and would read whole channels for those that are.
  await pool.query(`ANALYZE messages`);
  const durationMs = Math.round(performance.now() - startedAtMs);
  logger.info({ projection: record.version, durationMs }, 'messages can be searched by an index');
  return true;
}

/** Postgres refuses these in a transaction. */
const outside = (text: string): OutsideTransaction => ({ text, outsideTransaction: true });

/** Postgres would finish what was begun, also for a client that is gone. */
async function cancelMaking(pool: Pool, schema: string, logger: Logger): Promise<void> {
  try {
    await pool.query(CANCEL, [`${schema}.messages`]);
  } catch (err) {
    logger.warn({ err }, 'the making of the search index goes on in Postgres');
  }
}
