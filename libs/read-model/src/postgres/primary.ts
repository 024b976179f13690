import { AppError } from '@discord-relay/contracts';
import { explainPostgresError } from './explain.js';
import { queryOnce } from './query-once.js';

/** One of the servers that DATABASE_URL names. */
export interface PostgresServerAddress {
  /** The given URL with this server as its only host. */
  url: string;
  host: string;
  port: number;
}

/** How long the answer is used for further connections: pools open several at once. */
const FRESH_MS = 1_000;
/** A server that is gone without a trace must not delay the use of the others for longer. */
const TIMEOUT_MS = 2_000;

/** The timeline grows with every promotion. */
const ROLE = `
  SELECT CASE WHEN pg_is_in_recovery() THEN 0
              ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS timeline`;
const STANDBY = 0;

const found = new Map<string, { atMs: number; primary: Promise<PostgresServerAddress> }>();

/** The servers of a URL with lists in `host` and `port`; `[]` for one host, which is used whatever it is. */
export function serversOf(url: string): PostgresServerAddress[] {
  const target = new URL(url);
  const hosts = target.searchParams.get('host')?.split(',') ?? [];
  if (hosts.length < 2) return [];
  const ports = target.searchParams.get('port')!.split(',').map(Number);
  target.searchParams.delete('host');
  target.searchParams.delete('port');
  return hosts.map((host, i) => {
    const one = new URL(target);
    one.host = `${host.includes(':') ? `[${host}]` : host}:${ports[i]!}`;
    return { url: one.href, host, port: ports[i]! };
  });
}

/**
 * The server that accepts writes. All are asked at once. If more than one accepts writes, because a former primary is back, it
 * is the one that was promoted last.
 * @throws NoPrimaryError when none accepts writes now; AppError DATABASE.UNUSABLE when one of the others refuses this role, for
 * example, until an operator acts
 */
export function primaryOf(
  url: string,
  servers: readonly PostgresServerAddress[],
): Promise<PostgresServerAddress> {
  const before = found.get(url);
  if (before && performance.now() - before.atMs < FRESH_MS) return before.primary;
  const primary = findPrimary(servers);
  found.set(url, { atMs: performance.now(), primary });
  primary.catch(() => forgetPrimary(url));
  return primary;
}

/** Call it when the server cannot be connected to. */
export const forgetPrimary = (url: string): boolean => found.delete(url);

/** Every server is a standby or does not answer: a promotion is due, or not finished. */
class NoPrimaryError extends Error {
  readonly code = 'NO_PRIMARY';

  constructor(standbys: number, unreachable: number, cause: unknown) {
    super(`no server accepts writes: ${standbys} in recovery, ${unreachable} without an answer`, { cause });
  }
}

async function findPrimary(servers: readonly PostgresServerAddress[]): Promise<PostgresServerAddress> {
  const answers = await Promise.allSettled(servers.map(({ url }) => timelineOf(url)));
  const timelines = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : STANDBY));
  const newest = Math.max(...timelines);
  if (newest > STANDBY) return servers[timelines.indexOf(newest)]!;
  const failures = answers.filter((answer) => answer.status === 'rejected');
  const reasons = failures.map(({ reason }) => explainPostgresError(reason));
  throw (
    reasons.find((reason) => reason instanceof AppError) ??
    new NoPrimaryError(servers.length - failures.length, failures.length, reasons[0])
  );
}

const timelineOf = async (url: string): Promise<number> =>
  (await queryOnce<{ timeline: number }>(url, ROLE, TIMEOUT_MS)).timeline;
