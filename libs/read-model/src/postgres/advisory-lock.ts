import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';
import { SchemaClient } from './schema-client.js';

/** One 64-bit number, or two of 32 bits: Postgres keeps the two kinds apart. */
export type LockKey = bigint | readonly [number, number];

const POLL_MS = 100;

const HOLDER = `
  SELECT format('process %s (%s, user %s, since %s)', a.pid, coalesce(nullif(a.application_name, ''), 'no name'),
                a.usename, to_char(a.xact_start, 'HH24:MI:SS')) AS holder
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`;

/**
 * An advisory lock, held by an open transaction on a separate connection. It ends with the transaction, also behind a
 * pooler, where a session lock would remain in a session that other clients use.
 */
export class AdvisoryLock {
  private constructor(private readonly client: SchemaClient) {}

  /** @returns null when another session holds it @throws the driver's error */
  static async attempt(url: string, key: LockKey, purpose: string): Promise<AdvisoryLock | null> {
    const client = new SchemaClient({
      connectionString: url,
      settings: { search_path: 'pg_catalog' },
      application_name: purpose,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    try {
      await client.connect();
      await client.query('BEGIN');
      // Without parameters: an open portal would keep its snapshot, and CREATE INDEX CONCURRENTLY would wait for it.
      const { rows } = await client.query<{ locked: boolean }>(
        `SELECT pg_try_advisory_xact_lock(${typeof key === 'bigint' ? key : key.join(', ')}) AS locked`,
      );
      if (rows[0]!.locked) return new AdvisoryLock(client);
    } catch (error) {
      void client.end();
      throw error;
    }
    void client.end();
    return null;
  }

  /** @throws AppError DATABASE.LOCKED, naming the holder, when the lock is not granted in time */
  static async within(url: string, key: bigint, purpose: string, waitMs: number): Promise<AdvisoryLock> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const lock = await AdvisoryLock.attempt(url, key, purpose);
      if (lock) return lock;
      if (performance.now() > deadline) throw await lockedError(url, key, purpose);
      await sleep(POLL_MS);
    }
  }

  /** Runs `work` and then releases the lock. If the connection was lost meanwhile, the lock has ended already. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.client.query('COMMIT').catch(() => undefined);
      void this.client.end();
    }
  }
}

async function lockedError(url: string, key: bigint, purpose: string): Promise<AppError> {
  const client = new SchemaClient({ connectionString: url, settings: { search_path: 'pg_catalog' } });
  await client.connect();
  try {
    const { rows } = await client.query<{ holder: string }>(HOLDER, [String(key)]);
    const holder = rows[0]?.holder ?? 'another session';
    return new AppError(
      'DATABASE.LOCKED',
      `DATABASE_URL: ${purpose} waits for ${holder}; if it does not finish, end it with SELECT pg_terminate_backend(pid)`,
    );
  } finally {
    void client.end();
  }
}
