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
 */
@Injectable()
export class HttpConnections {
  private readonly unused = new Set<Socket>();

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: GatewayApiConfig,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.server();
    const proxies = blockListOf(this.config.TRUSTED_PROXIES);
    server.on('connection', (socket: Socket) => {
      this.unused.add(socket);
      socket.once('close', () => this.unused.delete(socket));
      if (!isListed(proxies, canonicalAddress(socket.remoteAddress ?? '') ?? '')) this.limitWait(socket);
    });
    const used = ({ socket }: { socket: Socket }) => void this.unused.delete(socket);
    server.on('request', used).on('upgrade', used);
  }

  beforeApplicationShutdown(): void {
    const server = this.server();
    server.prependListener('request', (_, response) => response.setHeader('connection', 'close'));
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of this.unused) if (socket.bytesRead === 0) socket.destroy();
    }, SWEEP_EVERY_MS);
    server.once('close', () => clearInterval(sweep));
  }

  private limitWait(socket: Socket): void {
    const limit = setTimeout(() => {
      if (!this.unused.has(socket)) return;
      if (socket.bytesRead > 0) socket.write(TOO_LATE);
      socket.destroySoon();
    }, this.config.HTTP_FIRST_REQUEST_TIMEOUT_MS).unref();
    socket.once('close', () => clearTimeout(limit));
  }

  private server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}
