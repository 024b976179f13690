import { until } from '@discord-relay/local-stack';
import { withProjection } from '../ledger/inspect-projection.js';

const WAIT_MS = 30_000;

/** A request that stays in progress as long as the test needs, because the data it reads is locked. */
export interface BlockedRequest {
  /** Lets it continue; resolves to whether it was answered completely and successfully. */
  finish(): Promise<boolean>;
}

/**
 * Requests a guild's gaps while their table is locked, so that a stop certainly meets a request in progress. Nothing else reads
 * or writes gaps while Discord's sessions last.
 */
export async function withBlockedRequest<T>(
  databaseUrl: string,
  { url, guildId, token }: { url: string; guildId: string; token: string },
  work: (request: BlockedRequest) => Promise<T>,
): Promise<T> {
  return await withProjection(databaseUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE gaps IN ACCESS EXCLUSIVE MODE');
    const answer = request(`${url}/api/v1/guilds/${guildId}/gaps`, token);
    await until('the request to be in progress', WAIT_MS, async () => {
      const { rowCount } = await client.query(
        `SELECT FROM pg_locks WHERE NOT granted AND relation = 'gaps'::regclass`,
      );
      return rowCount! > 0 || undefined;
    });
    return await work({
      finish: async () => {
        await client.query('COMMIT');
        return await answer;
      },
    });
  });
}

async function request(url: string, token: string): Promise<boolean> {
  const signal = AbortSignal.timeout(WAIT_MS);
  try {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal });
    return response.ok && Array.isArray(((await response.json()) as { gaps: unknown }).gaps);
  } catch (error) {
    if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}
