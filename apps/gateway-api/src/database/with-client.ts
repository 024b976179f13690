import { AppError } from '@discord-relay/contracts';
import { explainPostgresError } from '@discord-relay/read-model';
import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` on a connection of the pool. One on which Postgres, or we, refused something is given back in order; only
 * one that is broken, or may still be busy, is closed.
 */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isUsable = true;
  try {
    return await work(client);
  } catch (error) {
    isUsable = !meansAway(error) && (await isRolledBack(client));
    throw error;
  } finally {
    client.release(!isUsable);
  }
}

async function isRolledBack(client: PoolClient): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

const meansAway = (error: unknown): boolean => {
  const meaning = databaseError(error);
  return meaning instanceof AppError && meaning.code === 'SERVICE.UNAVAILABLE';
};

/** SQLSTATE classes that say the server is away, full, stopping or too busy rather than the statement wrong. */
const AWAY = new Set(['08', '53', '57', '58']);
/** What an operator has to see to; who asks is only told that the database is away. */
const OPERATORS = new Set(['DATABASE.UNUSABLE', 'DATABASE.LOCKED']);

/** What a failed query means for the caller: a fault of the statement is ours and stays what it is. */
export function databaseError(error: unknown): unknown {
  const meaning = explainPostgresError(error);
  if (meaning instanceof AppError)
    return OPERATORS.has(meaning.code)
      ? new AppError('SERVICE.UNAVAILABLE', 'the database is away', { cause: meaning })
      : meaning;
  const code = (error as { code?: unknown }).code;
  const sqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  if (sqlState && !AWAY.has(sqlState.slice(0, 2))) return error;
  return new AppError('SERVICE.UNAVAILABLE', 'the database is away', { cause: error });
}
