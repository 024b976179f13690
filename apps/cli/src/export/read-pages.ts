import { setTimeout as sleep } from 'node:timers/promises';
import type { RestExportPage } from '@discord-relay/contracts';
import { RequestRefusedError, UnreachableError } from '../services/gateway-request.js';

/** Sends a GET request to gateway-api. */
export type Get = <T>(path: string) => Promise<T>;

const PAGE_ROWS = '5000';
/** Together about a minute: gateway-api may be restarting, or busy with the export of someone else. */
const RETRY_AFTER_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** The pages of a query after a row. The next page is requested while the last one is processed. */
export async function* readPages(
  get: Get,
  query: URLSearchParams,
  after: string | null,
): AsyncGenerator<RestExportPage> {
  const request = (from: string | null): Promise<RestExportPage> => {
    const params = new URLSearchParams({ ...Object.fromEntries(query), limit: PAGE_ROWS });
    if (from !== null) params.set('after', from);
    const page = withRetries(() => get<RestExportPage>(`/api/v1/export/messages?${params}`), {
      isRestarting: true,
    });
    // Awaited below, unless the reader stops before.
    page.catch(() => undefined);
    return page;
  };
  for (let next = request(after); ;) {
    const page = await next;
    const { next: following } = page;
    if (following !== null) next = request(following);
    yield page;
    if (following === null) return;
  }
}

/**
 * Repeats a request that was refused for a reason which passes, such as a limit, or with `isRestarting` also when nothing answers.
 * @throws what the last attempt throws
 */
export async function withRetries<T>(
  request: () => Promise<T>,
  { isRestarting = false, waitsMs = RETRY_AFTER_MS }: RetryOptions = {},
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await request();
    } catch (error) {
      const isRefused = error instanceof RequestRefusedError && error.isRetryable;
      if (!isRefused && !(isRestarting && error instanceof UnreachableError)) throw error;
      await sleep(waitMs);
    }
  }
  return request();
}

interface RetryOptions {
  /** gateway-api has answered before: if it does not answer now, it may be restarting. */
  isRestarting?: boolean;
  waitsMs?: readonly number[];
}
