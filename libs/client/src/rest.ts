import type { WireGuild } from '@discord-relay/contracts/wire';
import type { History, HistoryPage } from './history.js';
import { isWireError, RelayError } from './relay-error.js';

/** The service's REST endpoints. */
export class RelayRest {
  constructor(
    private readonly baseUrl: string,
    private readonly getToken: () => string | Promise<string>,
  ) {}

  guilds(): Promise<WireGuild[]> {
    return this.get('/api/v1/guilds');
  }

  history(channelId: string, page: HistoryPage): Promise<History> {
    const given = Object.entries(page).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
    return this.get(`/api/v1/channels/${encodeURIComponent(channelId)}/messages?${query.toString()}`);
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(new URL(path, this.baseUrl), {
      headers: { authorization: `Bearer ${await this.getToken()}` },
    });
    if (response.ok) return (await response.json()) as T;
    throw await refusal(response);
  }
}

async function refusal(response: Response): Promise<RelayError> {
  const { status } = response;
  const fallback = { code: `HTTP.${status}`, message: `HTTP status ${status}`, retryable: status >= 500 };
  if (!response.headers.get('content-type')?.includes('json')) return new RelayError(fallback);
  const { code, detail, retryable } = (await response.json()) as Record<string, unknown>;
  const problem = { code, message: detail, retryable };
  return new RelayError(isWireError(problem) ? problem : fallback);
}
