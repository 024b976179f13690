import type { ClientRequest } from 'node:http';
import { DefaultUserAgent, DefaultUserAgentAppendix } from '@discordjs/rest';
import { WebSocket } from 'ws';

/** The same as that of the REST requests, in the form that Discord prescribes: `DiscordBot (url, version)`. */
export const USER_AGENT = `${DefaultUserAgent} ${DefaultUserAgentAppendix}`.trim();

const requests = new WeakMap<object, ClientRequest>();

/**
 * Sends {@link USER_AGENT} with every WebSocket handshake of this process: proxies in front of Discord and of compatible
 * servers refuse clients that send none. `@discordjs/ws` calls `new WebSocket(url, [], { handshakeTimeout })` and has no
 * setting for headers; `ws` assigns the request to `_req` before it sends it. May be called repeatedly.
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
