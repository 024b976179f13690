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

interface Waiting {
  network: string;
  timer: NodeJS.Timeout;
}

/**
 * Socket connections on which nobody has authenticated yet. Their number is limited in total and for each network, and
 * those that take too long are destroyed: a client that does not authenticate need not answer a close frame either.
 *
 * It finds out that a connection is closed when it counts them. It does not listen for it: the list of listeners of a
 * connection would keep the room for one more as long as the socket, 0.15 KB.
 */
export class UnauthenticatedSockets {
  private readonly waiting = new Map<Socket, Waiting>();
  private readonly countOf = new Map<string, number>();

  /** `networkOfRequest`: the network that a request counts for. */
  constructor(
    private readonly limits: UnauthenticatedLimits,
    private readonly networkOfRequest: (request: IncomingMessage) => string,
    private readonly metrics: LiveMetrics,
  ) {
    metrics.watchUnauthenticated(() => {
      this.removeClosed();
      return this.waiting.size;
    });
  }

  /** Middleware for every request to the socket server. */
  admit(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    // A request without an upgrade gets an answer and leaves no open connection.
    if (request.headers.upgrade === undefined) return next();
    const network = this.networkOfRequest(request);
    if (this.isFull(network)) this.removeClosed();
    if (this.isFull(network)) {
      this.metrics.rateLimited.inc({ event: 'unauthenticated' });
      return refuseConnection(request, response, Math.ceil(this.limits.timeoutMs / 1_000));
    }
    this.add(request.socket, network);
    next();
  }

  /** The connection no longer counts, and has no time limit. */
  remove(socket: Socket): void {
    const waiting = this.waiting.get(socket);
    if (!waiting) return;
    this.waiting.delete(socket);
    clearTimeout(waiting.timer);
    const count = this.countOf.get(waiting.network)! - 1;
    if (count > 0) this.countOf.set(waiting.network, count);
    else this.countOf.delete(waiting.network);
  }

  private isFull(network: string): boolean {
    const { total, perNetwork } = this.limits;
    return this.waiting.size >= total || (this.countOf.get(network) ?? 0) >= perNetwork;
  }

  private add(socket: Socket, network: string): void {
    const timer = setTimeout(() => this.expire(socket), this.limits.timeoutMs + CLOSE_GRACE_MS).unref();
    this.waiting.set(socket, { network, timer });
    this.countOf.set(network, (this.countOf.get(network) ?? 0) + 1);
  }

  private removeClosed(): void {
    for (const socket of this.waiting.keys()) if (socket.destroyed) this.remove(socket);
  }

  private expire(socket: Socket): void {
    this.remove(socket);
    if (socket.destroyed) return;
    this.metrics.unauthenticatedClosed.inc();
    socket.destroy();
  }
}
