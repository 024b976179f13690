import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import { refuseConnection } from './refuse-connection.js';

/** A client receives a close frame this long before its connection is destroyed. */
const CLOSE_GRACE_MS = 1_000;

export interface UnauthenticatedLimits {
  /** Maximum number of them. */
  total: number;
  /** Maximum number of them from one network. */
  perNetwork: number;
  /** How long a client may take to authenticate. */
  timeoutMs: number;
}

/**
 * Socket connections on which nobody has authenticated yet. Their number is limited in total and for each network, and
 * those that take too long are destroyed: a client that does not authenticate need not answer a close frame either.
 */
export class UnauthenticatedSockets {
  private readonly networkOf = new Map<Socket, string>();
  private readonly countOf = new Map<string, number>();

  /** `networkOfRequest`: the network that a request counts for. */
  constructor(
    private readonly limits: UnauthenticatedLimits,
    private readonly networkOfRequest: (request: IncomingMessage) => string,
    private readonly metrics: LiveMetrics,
  ) {
    metrics.watchUnauthenticated(() => this.networkOf.size);
  }

  /** Middleware for every request to the socket server. */
  admit(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    // A request without an upgrade gets an answer and leaves no open connection.
    if (request.headers.upgrade === undefined) return next();
    const network = this.networkOfRequest(request);
    if (this.isFull(network)) {
      this.metrics.rateLimited.inc({ event: 'unauthenticated' });
      return refuseConnection(request, response, Math.ceil(this.limits.timeoutMs / 1_000));
    }
    this.add(request.socket, network);
    next();
  }

  /** The connection no longer counts, and has no time limit. */
  authenticated(socket: Socket): void {
    const network = this.networkOf.get(socket);
    if (network === undefined) return;
    this.networkOf.delete(socket);
    const count = this.countOf.get(network)! - 1;
    if (count > 0) this.countOf.set(network, count);
    else this.countOf.delete(network);
  }

  private isFull(network: string): boolean {
    const { total, perNetwork } = this.limits;
    return this.networkOf.size >= total || (this.countOf.get(network) ?? 0) >= perNetwork;
  }

  private add(socket: Socket, network: string): void {
    this.networkOf.set(socket, network);
    this.countOf.set(network, (this.countOf.get(network) ?? 0) + 1);
    const timer = setTimeout(() => this.expire(socket), this.limits.timeoutMs + CLOSE_GRACE_MS).unref();
    socket.once('close', () => {
      clearTimeout(timer);
      this.authenticated(socket);
    });
  }

  private expire(socket: Socket): void {
    if (!this.networkOf.has(socket)) return;
    this.metrics.unauthenticatedClosed.inc();
    socket.destroy();
  }
}
