import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import { TokenBucket } from '../../limits/token-bucket.js';
import { refuseConnection } from './refuse-connection.js';

const BURST_SECONDS = 2;
/** Maximum number of networks with a bucket. */
const MAX_ADDRESSES = 10_000;

/**
 * Limits the rate of new connections. When all clients reconnect at once, those beyond the limit are refused before any work
 * is done for them: if all snapshots were read at the same time, every client would wait for the last one.
 */
export class ConnectRateLimit {
  private readonly bucket: TokenBucket;
  /** Each network may use half of the rate, so that no network can lock out the others. */
  private readonly byNetwork = new Map<string, TokenBucket>();

  /** `networkOf` returns the network against which a request is counted. */
  constructor(
    private readonly ratePerS: number,
    private readonly networkOf: (request: IncomingMessage) => string,
    private readonly metrics: LiveMetrics,
  ) {
    this.bucket = bucketOf(ratePerS);
  }

  /** Middleware for every request to the socket server. Requests of existing connections are not limited. */
  admit(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    if (/[?&]sid=/.test(request.url ?? '')) return allow(request, response, next);
    const nowMs = performance.now();
    const waitMs = this.bucketFor(request).take(nowMs) || this.bucket.take(nowMs);
    if (waitMs === 0) return allow(request, response, next);
    this.metrics.rateLimited.inc({ event: 'connect' });
    refuseConnection(request, response, Math.max(1, Math.ceil(waitMs / 1_000)));
  }

  private bucketFor(request: IncomingMessage): TokenBucket {
    const network = this.networkOf(request);
    const known = this.byNetwork.get(network);
    if (known) return known;
    // Every network gets a full bucket again, as it would after two idle seconds.
    if (this.byNetwork.size >= MAX_ADDRESSES) this.byNetwork.clear();
    const bucket = bucketOf(Math.max(1, this.ratePerS / 2));
    this.byNetwork.set(network, bucket);
    return bucket;
  }
}

const bucketOf = (ratePerS: number): TokenBucket =>
  new TokenBucket(ratePerS, ratePerS * BURST_SECONDS, performance.now());

/** Drops the request, because engine.io keeps the response to an upgrade, and with it the request, for the whole connection. */
function allow(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.headers.upgrade !== undefined) Object.assign(response, { req: undefined });
  next();
}
