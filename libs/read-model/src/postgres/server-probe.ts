import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { explainPostgresError, refusesStartupParameters, databaseUnusable } from './explain.js';
import { queryOnce } from './query-once.js';
import { SESSION_MARK, startupOptions } from './session-settings.js';

/** `session`: a connection is a dedicated session. `transaction`: a pooler may use another session for each transaction. */
export type Pooling = 'session' | 'transaction';

export interface ServerFacts {
  pooling: Pooling;
  /** As in `server_version_num`. */
  version: number;
}

/** The oldest major version that is tested. */
const OLDEST_VERSION = 140_000;
const TIMEOUT_MS = 5_000;

const FACTS = `
  SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
         to_regcollation('pg_catalog."und-x-icu"') IS NOT NULL AS icu, current_setting('${SESSION_MARK}', true) AS mark`;

interface FactsRow {
  version: number;
  encoding: string;
  icu: boolean;
  mark: string | null;
}

const known = new Map<string, Promise<ServerFacts>>();

/**
 * Determines once per URL how the server can be used. `pgbouncer=true` in the URL declares a pooler; otherwise, a server that
 * rejects or drops start-up parameters counts as one.
 * @throws AppError DATABASE.UNUSABLE when the cause remains until an operator acts, else the driver's error
 */
export function serverFacts(url: string): Promise<ServerFacts> {
  const before = known.get(url);
  if (before) return before;
  const facts = probe(url).catch((error: unknown) => {
    known.delete(url);
    throw explainPostgresError(error);
  });
  known.set(url, facts);
  return facts;
}

/** Call it when a connection shows that something else now answers at the URL. */
export const resetServerFacts = (url: string): boolean => known.delete(url);

async function probe(url: string): Promise<ServerFacts> {
  const saysPooler = new URL(url).searchParams.get('pgbouncer') === 'true';
  const mark = randomUUID();
  const row = await withinRoleTimeouts(() =>
    saysPooler ? queryFacts(url) : queryFactsWithOptions(url, mark),
  );
  if (row.version < OLDEST_VERSION)
    throw databaseUnusable(
      `the server is Postgres ${Math.floor(row.version / 10_000)}; use ${OLDEST_VERSION / 10_000} or newer`,
    );
  if (row.encoding !== 'UTF8')
    throw databaseUnusable(
      `the database is encoded in ${row.encoding}; make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
    );
  if (!row.icu)
    throw databaseUnusable(
      'the database has no collation "und-x-icu", which search needs; use a Postgres that is built with ICU, as packages and official images are',
    );
  return { pooling: row.mark === mark ? 'session' : 'transaction', version: row.version };
}

/** Timeouts of the transaction (Postgres 17 and newer), the statement, the idle transaction and the idle session. */
const TIMEOUT_CODES = new Set(['25P04', '57014', '25P03', '57P05']);
const PROBE_ATTEMPTS = 5;

/** Until the server is known, its sessions have the role's own timeouts, which a busy server may exceed. */
async function withinRoleTimeouts(
  attempt: () => Promise<FactsRow>,
  attemptsLeft = PROBE_ATTEMPTS,
): Promise<FactsRow> {
  try {
    return await attempt();
  } catch (error) {
    const isTimeout = error instanceof pg.DatabaseError && TIMEOUT_CODES.has(error.code ?? '');
    if (!isTimeout || attemptsLeft === 1) throw error;
    return await withinRoleTimeouts(attempt, attemptsLeft - 1);
  }
}

async function queryFactsWithOptions(url: string, mark: string): Promise<FactsRow> {
  try {
    return await queryFacts(url, startupOptions({}, 0, mark));
  } catch (error) {
    if (!refusesStartupParameters(error)) throw error;
    return await queryFacts(url);
  }
}

function queryFacts(url: string, options?: string): Promise<FactsRow> {
  const target = new URL(url);
  if (options !== undefined) target.searchParams.set('options', options);
  return queryOnce(target.href, FACTS, TIMEOUT_MS);
}
