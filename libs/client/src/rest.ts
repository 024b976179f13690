import type { Snowflake, WireGuild, WireHistoryMessage } from '@discord-relay/contracts';
import { isWireError, RelayError } from './relay-error.js';

/** Message ids that bound a page; at most one of `before`, `after`, `around`. */
export interface HistoryPage {
  before?: Snowflake;
  after?: Snowflake;
  around?: Snowflake;
  /** 1 to 100; 50 unless told. */
  limit?: number;
}

export interface History {
  /** Oldest first. */
  messages: WireHistoryMessage[];
  /** Cursor of the channel's feed when the page was read. */
  seq: number;
}

/** The service's REST endpoints. */
export class RelayRest {
  constructor(
    private readonly baseUrl: string,
    private readonly getToken: () => string | Promise<string>,
  ) {}

  guilds(): Promise<WireGuild[]> {
    return this.get('/api/v1/guilds');
  }

  history(channelId: Snowflake, page: HistoryPage): Promise<History> {
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
