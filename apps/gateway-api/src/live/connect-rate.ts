import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { LiveMetrics } from './live-metrics.js';
import { TokenBucket } from './token-bucket.js';

const BURST_SECONDS = 2;

/**
 * How many connections are begun each second. When all clients come back at once, those beyond are told to wait before
 * anything is done for them: reading their snapshots together would serve nobody.
 */
export class ConnectRate {
  private readonly bucket: TokenBucket;

  constructor(
    ratePerS: number,
    private readonly metrics: LiveMetrics,
  ) {
    this.bucket = new TokenBucket(ratePerS, ratePerS * BURST_SECONDS, performance.now());
  }

  /** For every request that reaches the socket server; those of a connection that there is already pass. */
  admit(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    if (/[?&]sid=/.test(request.url ?? '')) return pass(request, response, next);
    const waitMs = this.bucket.take(performance.now());
    if (waitMs === 0) return pass(request, response, next);
    this.metrics.rateLimited.inc({ event: 'connect' });
    refuse(request, response, Math.max(1, Math.ceil(waitMs / 1_000)));
  }
}

/** What engine.io has for a response to an upgrade stays as long as the connection, and would keep the request. */
function pass(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.headers.upgrade !== undefined) Object.assign(response, { req: undefined });
  next();
}

/** The response to an upgrade cannot be written by way of engine.io: it goes to the connection itself. */
function refuse(request: IncomingMessage, response: ServerResponse, retryAfterS: number): void {
  const headers = { 'retry-after': String(retryAfterS), connection: 'close', 'content-length': '0' };
  if (request.headers.upgrade === undefined) return void response.writeHead(503, headers).end();
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  request.socket.end([`HTTP/1.1 503 ${STATUS_CODES[503]}`, ...lines, '', ''].join('\r\n'));
}
