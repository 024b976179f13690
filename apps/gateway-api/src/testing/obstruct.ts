import { openTestPool, until } from '@discord-relay/local-stack';

/**
 * Locks a table against reading. Resolves once a reader waits for the lock, to a function that removes it. The reader's
 * transaction has already begun, so its snapshot is older than whatever is written before the lock is removed.
 */
export async function obstruct(
  databaseUrl: string,
  table: string,
  begin: () => Promise<unknown> | void,
): Promise<() => Promise<void>> {
  const pool = openTestPool(databaseUrl, 1);
  const client = await pool.connect();
  await client.query(`BEGIN; LOCK ${table}`);
  void begin();
  await until('a reader waits', 10_000, async () => {
    const { rows } = await client.query(
      `SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass`,
      [table],
    );
    return rows.length > 0 || undefined;
  });
  return async () => {
    await client.query('ROLLBACK');
    client.release();
    await pool.end();
  };
}
