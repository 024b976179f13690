import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';

/** Refuses a connection for now. engine.io cannot write the response to an upgrade, so it is written to the connection. */
export function refuseConnection(
  request: IncomingMessage,
  response: ServerResponse,
  retryAfterS: number,
): void {
  const headers = { 'retry-after': String(retryAfterS), connection: 'close', 'content-length': '0' };
  if (request.headers.upgrade === undefined) return void response.writeHead(503, headers).end();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  request.socket.end([`HTTP/1.1 503 ${STATUS_CODES[503]}`, ...lines, '', ''].join('\r\n'));
}
