import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';
import { SchemaClient } from './schema-client.js';

/** One 64-bit number, or two of 32 bits: Postgres keeps the two kinds apart. */
export type LockKey = bigint | readonly [number, number];

const LOOK_AGAIN_MS = 100;

const HOLDER = `
  SELECT format('process %s (%s, user %s, since %s)', a.pid, coalesce(nullif(a.application_name, ''), 'no name'),
                a.usename, to_char(a.xact_start, 'HH24:MI:SS')) AS holder
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`;

/**
 * An advisory lock that is held by an open transaction on a connection of its own: it ends with it, also behind a
 * pooler, where a lock of the session would stay in a session that others use.
 */
export class HeldLock {
  private constructor(private readonly client: SchemaClient) {}

  /** @returns null when somebody else has it @throws the driver's error */
  static async attempt(url: string, key: LockKey, purpose: string): Promise<HeldLock | null> {
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
      // Without parameters: a portal that stays open would keep its snapshot, for which CREATE INDEX CONCURRENTLY waits.
      const { rows } = await client.query<{ locked: boolean }>(
        `SELECT pg_try_advisory_xact_lock(${typeof key === 'bigint' ? key : key.join(', ')}) AS locked`,
      );
      if (rows[0]!.locked) return new HeldLock(client);
    } catch (error) {
      void client.end();
      throw error;
    }
    void client.end();
    return null;
  }

  /** @throws AppError DATABASE.LOCKED, with who has it, when it is not to be had in time */
  static async within(url: string, key: bigint, purpose: string, waitMs: number): Promise<HeldLock> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const lock = await HeldLock.attempt(url, key, purpose);
      if (lock) return lock;
      if (performance.now() > deadline) throw await heldBySomebody(url, key, purpose);
      await sleep(LOOK_AGAIN_MS);
    }
  }

  /** Runs `work` while the lock is held. A lock whose connection was lost meanwhile has ended by itself. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await this.client.query('COMMIT').catch(() => undefined);
      void this.client.end();
    }
  }
}

async function heldBySomebody(url: string, key: bigint, purpose: string): Promise<AppError> {
  const client = new SchemaClient({ connectionString: url, settings: { search_path: 'pg_catalog' } });
  await client.connect();
  try {
    const { rows } = await client.query<{ holder: string }>(HOLDER, [String(key)]);
    const holder = rows[0]?.holder ?? 'another session';
    return new AppError(
      'DATABASE.LOCKED',
      `DATABASE_URL: ${purpose} waits for ${holder}; if it does not go on, end it with SELECT pg_terminate_backend(pid)`,
    );
  } finally {
    void client.end();
  }
}
