import { setTimeout as sleep } from 'node:timers/promises';
import type { RestExportPage, RestExportSize, RestGap, RestGapPage } from '@discord-relay/contracts';
import type { ExportQuery, ExportRequest, ExportSource } from '@discord-relay/export';
import { RequestRefusedError, UnreachableError } from '../services/gateway-request.js';

/** Sends a GET request to gateway-api. */
export type Get = <T>(path: string) => Promise<T>;

const PAGE_ROWS = '5000';
const GAPS_OF_A_PAGE = '100';
/** Together about a minute: gateway-api may be restarting, or busy with the export of someone else. */
const RETRY_AFTER_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** The messages that gateway-api returns. */
export class GatewaySource implements ExportSource {
  constructor(private readonly get: Get) {}

  size(query: ExportQuery): Promise<RestExportSize> {
    const path = `/api/v1/export/size?${new URLSearchParams(query)}`;
    return withRetries(() => this.get<RestExportSize>(path));
  }

  page(query: ExportQuery, after: string | null): Promise<RestExportPage> {
    const params = new URLSearchParams({ ...query, limit: PAGE_ROWS });
    if (after !== null) params.set('after', after);
    return this.repeat<RestExportPage>(`/api/v1/export/messages?${params}`);
  }

  async gaps({ guild, filter: { from, to } }: ExportRequest): Promise<RestGap[]> {
    const params = new URLSearchParams({ limit: GAPS_OF_A_PAGE, ...(from && { from }), ...(to && { to }) });
    const gaps: RestGap[] = [];
    for (;;) {
      const page: RestGapPage = await this.repeat(`/api/v1/guilds/${guild}/gaps?${params}`);
      gaps.push(...page.gaps);
      if (page.next === null) return gaps.reverse();
      params.set('before', page.next);
    }
  }

  private repeat<T>(path: string): Promise<T> {
    return withRetries(() => this.get<T>(path), { isRestarting: true });
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
