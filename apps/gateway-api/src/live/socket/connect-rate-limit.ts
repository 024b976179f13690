import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import { TokenBucket } from '../../limits/token-bucket.js';

const BURST_SECONDS = 2;
/** Addresses whose connections are counted at the same time. */
const MAX_ADDRESSES = 10_000;

/**
 * How many connections are begun each second. When all clients come back at once, those beyond are told to wait before
 * anything is done for them: reading their snapshots together would serve nobody.
 */
export class ConnectRateLimit {
  private readonly bucket: TokenBucket;
  /** Of one address: half of all, so that no address keeps all others out. */
  private readonly byNetwork = new Map<string, TokenBucket>();

  /** `networkOf`: whom a request counts for. */
  constructor(
    private readonly ratePerS: number,
    private readonly networkOf: (request: IncomingMessage) => string,
    private readonly metrics: LiveMetrics,
  ) {
    this.bucket = bucketOf(ratePerS);
  }

  /** For every request that reaches the socket server; those of a connection that there is already pass. */
  admit(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    if (/[?&]sid=/.test(request.url ?? '')) return pass(request, response, next);
    const nowMs = performance.now();
    const waitMs = this.bucketFor(request).take(nowMs) || this.bucket.take(nowMs);
    if (waitMs === 0) return pass(request, response, next);
    this.metrics.rateLimited.inc({ event: 'connect' });
    refuse(request, response, Math.max(1, Math.ceil(waitMs / 1_000)));
  }

  private bucketFor(request: IncomingMessage): TokenBucket {
    const network = this.networkOf(request);
    const known = this.byNetwork.get(network);
    if (known) return known;
    // Whoever is forgotten has a full bucket again, which is what they would have after two quiet seconds.
    if (this.byNetwork.size >= MAX_ADDRESSES) this.byNetwork.clear();
    const bucket = bucketOf(Math.max(1, this.ratePerS / 2));
    this.byNetwork.set(network, bucket);
    return bucket;
  }
}

const bucketOf = (ratePerS: number): TokenBucket =>
  new TokenBucket(ratePerS, ratePerS * BURST_SECONDS, performance.now());

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
