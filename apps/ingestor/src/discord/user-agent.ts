import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import { DefaultUserAgent } from '@discordjs/rest';

type Request = (options: RequestOptions) => ClientRequest;

let isNamed = false;

/**
 * Gives WebSocket handshakes of this process the User-Agent that REST requests have. The gateway library builds its sockets
 * itself, has no setting for headers, and `ws` sends no User-Agent: proxies before compatible servers refuse that. `ws` asks
 * `http.request` at each connection, which is the one place where it can be added.
 */
export function nameWebSockets(userAgent: string = DefaultUserAgent): void {
  if (isNamed) return;
  isNamed = true;
  for (const client of [http, https] as { request: Request }[]) {
    const request = client.request.bind(client) as (...given: unknown[]) => ClientRequest;
    const named = (options: unknown, ...rest: unknown[]) => request(withName(options, userAgent), ...rest);
    client.request = named as Request;
  }
}

/** Changes nothing of other requests. */
function withName(options: unknown, userAgent: string): unknown {
  if (typeof options !== 'object' || options === null || !('headers' in options)) return options;
  const headers = options.headers as Record<string, unknown> | undefined;
  if (headers?.Upgrade !== 'websocket' || 'User-Agent' in headers) return options;
  return { ...options, headers: { 'User-Agent': userAgent, ...headers } };
}
