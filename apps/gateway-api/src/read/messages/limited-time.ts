import { AppError } from '@discord-relay/contracts';
import type { Querying } from '../../database/read-model.database.js';

const LIMIT_TIME = `SELECT set_config('statement_timeout', $1, true)`;
/** SQLSTATE of a statement that was cancelled by its timeout. */
const CANCELED = '57014';

/**
 * Runs statements of which each may take this long. Call it in a transaction: it sets the statement timeout for the rest of that
 * transaction. @throws AppError `SEARCH.TOO_BROAD` when one takes longer
 */
export async function limitedTime<T>(query: Querying, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  await query.rows({ name: 'search_time', text: LIMIT_TIME, values: [String(timeoutMs)] });
  return work().catch(tooBroad);
}

function tooBroad(cause: unknown): never {
  if ((cause as { code?: unknown }).code !== CANCELED) throw cause;
  throw new AppError('SEARCH.TOO_BROAD', undefined, { cause });
}
