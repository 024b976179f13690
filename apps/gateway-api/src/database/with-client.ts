import { AppError } from '@discord-relay/contracts';
import { explainPostgresError } from '@discord-relay/read-model';
import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` on a connection of the pool. A connection on which a statement failed is returned to the pool in a clean state;
 * one that is broken, or may still be busy, is closed.
 */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isUsable = true;
  try {
    return await work(client);
  } catch (error) {
    isUsable = !isUnavailable(error) && (await isRolledBack(client));
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

const isUnavailable = (error: unknown): boolean => {
  const meaning = databaseError(error);
  return meaning instanceof AppError && meaning.code === 'SERVICE.UNAVAILABLE';
};

/**
 * SQLSTATE classes that mean that the server is unreachable, full, stopping or too busy, rather than that the statement is
 * wrong.
 */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57', '58']);
/** Problems that an operator must solve; the caller only learns that the database is unavailable. */
const OPERATOR_CODES = new Set(['DATABASE.UNUSABLE', 'DATABASE.LOCKED']);

/** The error for the caller of a failed query. An error in the statement is our own and is returned unchanged. */
export function databaseError(error: unknown): unknown {
  const meaning = explainPostgresError(error);
  if (meaning instanceof AppError)
    return OPERATOR_CODES.has(meaning.code)
      ? new AppError('SERVICE.UNAVAILABLE', 'the database is unavailable', { cause: meaning })
      : meaning;
  const code = (error as { code?: unknown }).code;
  const sqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
  if (sqlState && !UNAVAILABLE_CLASSES.has(sqlState.slice(0, 2))) return error;
  return new AppError('SERVICE.UNAVAILABLE', 'the database is unavailable', { cause: error });
}
