import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { GatewayApiConfig } from '../../config.js';

/**
 * Socket.IO on the port of the HTTP server. connectionStateRecovery keeps its default, off, because it restores Socket.IO
 * rooms without checking access.
 */
export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly config: GatewayApiConfig,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const { config } = this;
    const own: Partial<ServerOptions> = {
      serveClient: false,
      // Every request of a polling session would have to reach the same replica: docs/adr/0038.
      transports: ['websocket'],
      // With compression, a frame is encoded for every socket instead of once per topic.
      perMessageDeflate: false,
      maxHttpBufferSize: config.SOCKET_MAX_REQUEST_BYTES,
      connectTimeout: config.SOCKET_AUTH_TIMEOUT_MS,
      pingInterval: config.SOCKET_PING_INTERVAL_MS,
      pingTimeout: config.SOCKET_PING_TIMEOUT_MS,
      ...(config.CORS_ORIGINS.length > 0 && { cors: { origin: config.CORS_ORIGINS } }),
    };
    return super.createIOServer(port, { ...options, ...own } as ServerOptions);
  }

  /** Does nothing, because what it binds for each socket takes 2 KB: the gateway listens with one function for all sockets. */
  override bindMessageHandlers(): void {
    return undefined;
  }

  /** Does nothing, as {@link bindMessageHandlers}. */
  override bindClientDisconnect(): void {
    return undefined;
  }
}
