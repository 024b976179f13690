import type { SourceStatus, UserInfo, WireChannel, WireGuild } from '@discord-relay/contracts/wire';
import type { History, HistoryPage } from './feeds/history.js';
import { isWireError, RelayError } from './relay-error.js';
import type { ServiceUrl } from './connection/service-url.js';

/** Undefined values are omitted. */
export type RestQuery = Readonly<Record<string, string | number | undefined>>;

/** HTTP methods of requests that change something. */
export type SendMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const NO_CONTENT = 204;

/** The service's REST endpoints. */
export class RelayRest {
  constructor(
    private readonly service: ServiceUrl,
    private readonly getToken: () => string | Promise<string>,
  ) {}

  /** @throws RelayError */
  guilds(): Promise<WireGuild[]> {
    return this.get('/api/v1/guilds');
  }

  /** @throws RelayError */
  history(channelId: string, page: HistoryPage): Promise<History> {
    const given = Object.entries(page).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
    return this.get(`/api/v1/channels/${encodeURIComponent(channelId)}/messages?${query.toString()}`);
  }

  /** The user of the token. @throws RelayError */
  me(): Promise<UserInfo> {
    return this.get('/api/auth/me');
  }

  /** @throws RelayError */
  channel(channelId: string): Promise<WireChannel> {
    return this.get(`/api/v1/channels/${encodeURIComponent(channelId)}`);
  }

  /** The channels of all guilds. @throws RelayError */
  async channels(): Promise<WireChannel[]> {
    const guilds = await this.guilds();
    const lists = guilds.map(({ id }) => this.get<WireChannel[]>(`/api/v1/guilds/${id}/channels`));
    return (await Promise.all(lists)).flat();
  }

  /** The state of the service's connections to Discord. @throws TypeError when the service cannot be reached */
  async source(): Promise<SourceStatus> {
    return (await this.get<{ source: SourceStatus }>('/api/health')).source;
  }

  /** A stream of server-sent events, after the cursor if there is one. @throws RelayError */
  async stream(
    query: Record<string, string>,
    after: number | undefined,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const headers = {
      authorization: `Bearer ${await this.getToken()}`,
      accept: 'text/event-stream',
      ...(after !== undefined && { 'last-event-id': String(after) }),
    };
    const url = this.service.at(`/api/stream?${new URLSearchParams(query).toString()}`);
    const response = await fetch(url, { headers, signal });
    if (!response.ok || !response.body) throw await refusal(response);
    return response.body;
  }

  /** Any endpoint by its path; undefined query values are omitted. @throws RelayError */
  async get<T>(path: string, query: RestQuery = {}): Promise<T> {
    const url = this.service.at(path);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    return this.request<T>(url, {});
  }

  /** An empty answer is undefined. @throws RelayError */
  send<T>(method: SendMethod, path: string, body?: object): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    return this.request<T>(this.service.at(path), init);
  }

  private async request<T>(
    url: URL,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
  ): Promise<T> {
    const authorization = `Bearer ${await this.getToken()}`;
    const headers = { accept: 'application/json', ...init.headers, authorization };
    const response = await fetch(url, { ...init, headers });
    if (response.status === NO_CONTENT) return undefined as T;
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
