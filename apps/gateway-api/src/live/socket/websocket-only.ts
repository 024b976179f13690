import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@discord-relay/contracts';
import { toProblem } from '../../errors/problem.js';
import { toWireError } from '../../errors/wire-error.js';

const POLLING_REFUSED = 'long polling is not served: connect with transports: ["websocket"]';
const UPGRADE_LOST =
  'the request has no WebSocket upgrade: a proxy in front does not forward upgrades, or this is not a WebSocket client';

/** The handshake that a polling client expects; the same response closes the session. */
const HANDSHAKE = { sid: 'refused', upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1 };

/** Engine.IO separates several packets in one polling response with this character. */
const SEPARATOR = '\x1e';

/**
 * Refuses requests without an upgrade in a way that a stock client reports. A client that starts polling gets a complete
 * conversation in a single response (open, CONNECT_ERROR, close): its `connect_error` has the same message and `data` as any
 * other refusal, from any replica. A bare status would be shown as "xhr poll error".
 */
export function refuseWithoutUpgrade(
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  if (request.headers.upgrade !== undefined) return next();
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const isPolling = query.get('transport') === 'polling';
  const error = new AppError('SOCKET.WEBSOCKET_ONLY', isPolling ? POLLING_REFUSED : UPGRADE_LOST);
  const begins = isPolling && request.method === 'GET' && !query.has('sid') && query.get('EIO') === '4';
  if (begins) answer(response, 200, 'text/plain; charset=UTF-8', refusedConversation(error));
  else
    answer(
      response,
      426,
      'application/problem+json',
      JSON.stringify({ ...toProblem(error, ''), requestId: undefined }),
    );
}

function refusedConversation(error: AppError): string {
  const data = toWireError(error);
  const refusal = { message: data.message, data };
  return [`0${JSON.stringify(HANDSHAKE)}`, `44${JSON.stringify(refusal)}`, '1'].join(SEPARATOR);
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-store' };
  response.writeHead(status, status === 426 ? { ...headers, Upgrade: 'websocket' } : headers);
  response.end(body);
}
