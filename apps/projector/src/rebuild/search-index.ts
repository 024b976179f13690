import { delay, type Logger } from '@discord-relay/platform';
import {
  createReadModelPool,
  AdvisoryLock,
  type OutsideTransaction,
  type ProjectionRecord,
  SEARCH_VECTOR,
} from '@discord-relay/read-model';
import type { Pool } from 'pg';

const NAME = 'messages_search';
/** Key of the advisory lock: "sear" in ASCII. */
const LOCK = 0x73_65_61_72;

/** The index's comment holds its expression: an index of another version is rebuilt. */
const VALID = `
  SELECT i.indisvalid AND coalesce(obj_description(c.oid, 'pg_class') = $2, false) AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE c.relname = '${NAME}' AND c.relnamespace = $1::regnamespace`;
const createIn = (schema: string): string => `
  CREATE INDEX CONCURRENTLY IF NOT EXISTS ${NAME} ON ${schema}.messages USING gin (${SEARCH_VECTOR}) WHERE deleted_at IS NULL`;
const describeIn = (schema: string): string =>
  `COMMENT ON INDEX ${schema}.${NAME} IS '${SEARCH_VECTOR.replaceAll("'", "''")}'`;

const BUILDS = 'pg_stat_progress_create_index WHERE datname = current_database() AND relid = to_regclass($1)';
const CANCEL_EVERY_MS = 100;
/** Finds the session by its statement, because behind a pooler the client does not know its session. */
const CANCEL = `SELECT pg_cancel_backend(pid) FROM ${BUILDS}`;

/**
 * Whether any process builds the index of this projection. It must not be dropped meanwhile: each of the two would wait for the
 * other in Postgres, until one of them fails.
 * @throws the driver's error
 */
export async function isSearchIndexBuilding(client: Pick<Pool, 'query'>, schema: string): Promise<boolean> {
  const { rows } = await client.query(`SELECT 1 FROM ${BUILDS}`, [`${schema}.messages`]);
  return rows.length > 0;
}

export interface SearchIndexOptions {
  databaseUrl: string;
  record: Pick<ProjectionRecord, 'version' | 'schema'>;
  logger: Logger;
}

/**
 * Creates the index for message search while commits continue. It is not part of the projection's migrations, because a replay
 * would have to maintain it row by row. An invalid index of an earlier attempt is rebuilt.
 * @returns whether the index exists now; false when another process builds it, or the signal aborted
 * @throws the driver's error
 */
export async function ensureSearchIndex(options: SearchIndexOptions, signal: AbortSignal): Promise<boolean> {
  const { databaseUrl: url, record, logger } = options;
  const applicationName = `projector/search-index/${record.version}`;
  const onLost = (err: Error) => logger.warn({ err }, 'Postgres connection lost');
  const pool = createReadModelPool({ url, schema: record.schema, applicationName, poolSize: 2, onLost });
  try {
    if (await isValid(pool, record.schema)) return true;
    return await buildExclusively(pool, options, signal);
  } catch (error) {
    if (await isRemoved(pool, record.schema)) return false;
    throw error;
  } finally {
    await pool.end();
  }
}

async function isValid(pool: Pool, schema: string): Promise<boolean | undefined> {
  const { rows } = await pool.query<{ valid: boolean }>(VALID, [schema, SEARCH_VECTOR]);
  return rows[0]?.valid;
}

/** The projection may be dropped while its index is built. */
async function isRemoved(pool: Pool, schema: string): Promise<boolean> {
  const { rows } = await pool.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  return rows.length === 0;
}

async function buildExclusively(
  pool: Pool,
  options: SearchIndexOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { databaseUrl, record, logger } = options;
  const lock = await AdvisoryLock.attempt(databaseUrl, [LOCK, record.version], 'search index');
  if (!lock) return false;
  return lock.during(async () => {
    if (signal.aborted) return false;
    const ended = new AbortController();
    const cancel = () => void cancelBuild(pool, record.schema, logger, ended.signal);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await build(pool, options);
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      ended.abort();
      signal.removeEventListener('abort', cancel);
    }
  });
}

async function build(pool: Pool, { record, logger }: SearchIndexOptions): Promise<boolean> {
  const { schema } = record;
  const startedAtMs = performance.now();
  if ((await isValid(pool, schema)) === false)
    await pool.query(outside(`DROP INDEX CONCURRENTLY ${schema}.${NAME}`));
  await pool.query(outside(createIn(schema)));
  await pool.query(describeIn(schema));
  // Without statistics, Postgres does not know which words are rare, and scans whole channels for them.
  await pool.query(`ANALYZE messages`);
  const durationMs = Math.round(performance.now() - startedAtMs);
  logger.info({ projection: record.version, durationMs }, 'search index built');
  return true;
}

/** Postgres refuses these statements in a transaction. */
const outside = (text: string): OutsideTransaction => ({ text, outsideTransaction: true });

/**
 * Cancels the build in Postgres, which would otherwise finish it without the client. Repeats it until the build has ended: the
 * statement may not have started at the first attempt.
 */
async function cancelBuild(pool: Pool, schema: string, logger: Logger, ended: AbortSignal): Promise<void> {
  try {
    while (!ended.aborted) {
      await pool.query(CANCEL, [`${schema}.messages`]);
      await delay(CANCEL_EVERY_MS, ended);
    }
  } catch (err) {
    if (!ended.aborted) logger.warn({ err }, 'cannot cancel the search index build; Postgres continues it');
  }
}
