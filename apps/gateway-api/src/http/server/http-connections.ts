import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

const SWEEP_EVERY_MS = 100;

/**
 * Lets a replica stop although proxies keep idle connections open for long: while it stops, it closes every connection that has
 * no request in progress. Node.js does this only once, and never for connections without a request so far.
 */
@Injectable()
export class HttpConnections {
  private readonly unused = new Set<Socket>();

  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    const server = this.server();
    server.on('connection', (socket: Socket) => {
      this.unused.add(socket);
      socket.once('close', () => this.unused.delete(socket));
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

  private server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}
