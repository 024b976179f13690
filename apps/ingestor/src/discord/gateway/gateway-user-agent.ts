import type { ClientRequest } from 'node:http';
import { DefaultUserAgent, DefaultUserAgentAppendix } from '@discordjs/rest';
import { WebSocket } from 'ws';

/** The User-Agent of the REST requests, in the form that Discord requires: `DiscordBot (url, version)`. */
export const USER_AGENT = `${DefaultUserAgent} ${DefaultUserAgentAppendix}`.trim();

const requests = new WeakMap<object, ClientRequest>();

/**
 * Makes every WebSocket handshake of this process send {@link USER_AGENT}, because proxies in front of Discord and compatible
 * servers reject clients without one. `@discordjs/ws` calls `new WebSocket(url, [], { handshakeTimeout })` and has no setting
 * for headers; `ws` assigns the request to `_req` before it sends it. May be called repeatedly.
 */
export function sendUserAgentWithWebSockets(): void {
  Object.defineProperty(WebSocket.prototype, '_req', {
    configurable: true,
    get(this: object): ClientRequest | null {
      return requests.get(this) ?? null;
    },
    set(this: object, request: ClientRequest | null) {
      if (!request) return void requests.delete(this);
      requests.set(this, request);
      if (!request.hasHeader('user-agent')) request.setHeader('User-Agent', USER_AGENT);
    },
  });
}
