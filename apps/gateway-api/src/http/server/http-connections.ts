import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { blockListOf, canonicalAddress, isListed } from '../../network/ip-address.js';

const SWEEP_EVERY_MS = 100;
const TOO_LATE = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';

/**
 * Closes connections that send no request: soon, because everyone may open them, unless a trusted proxy opened them in advance.
 * While the replica stops, it closes every connection that has no request in progress, although proxies keep idle connections
 * open for long. Node.js does this only once, and never for connections without a request so far.
 *
 * It looks at connections from time to time. Timers and listeners of each one would take 0.4 KB, as long as a socket is open.
 */
@Injectable()
export class HttpConnections {
  /** Connections without a request so far, and until when they may have none, by the monotonic clock. */
  private readonly unused = new Map<Socket, number>();
  private stopping = false;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.server();
    const proxies = blockListOf(this.config.TRUSTED_PROXIES);
    server.on('connection', (socket: Socket) => {
      const isProxy = isListed(proxies, canonicalAddress(socket.remoteAddress ?? '') ?? '');
      this.unused.set(
        socket,
        isProxy ? Infinity : performance.now() + this.config.HTTP_FIRST_REQUEST_TIMEOUT_MS,
      );
    });
    const used = ({ socket }: { socket: Socket }) => void this.unused.delete(socket);
    server.on('request', used).on('upgrade', used);
    const sweep = setInterval(() => this.sweep(server), SWEEP_EVERY_MS).unref();
    server.once('close', () => clearInterval(sweep));
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
    this.server().prependListener('request', (_, response) => response.setHeader('connection', 'close'));
  }

  private sweep(server: Server): void {
    if (this.stopping) server.closeIdleConnections();
    const nowMs = performance.now();
    for (const [socket, untilMs] of this.unused) {
      if (this.stopping && socket.bytesRead === 0) socket.destroy();
      else if (nowMs >= untilMs) closeUnused(socket);
      if (socket.destroyed || nowMs >= untilMs) this.unused.delete(socket);
    }
  }

  private server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}

function closeUnused(socket: Socket): void {
  if (socket.bytesRead > 0) socket.write(TOO_LATE);
  socket.destroySoon();
}
