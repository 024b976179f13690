import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { GatewayApiConfig } from '../config.js';

/**
 * Socket.IO on the port of the HTTP server. Its connectionStateRecovery stays off, which is the default: it would put
 * sockets back into rooms without asking whether they may still be there.
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
      // With it a frame would be encoded for every socket instead of once for a room.
      perMessageDeflate: false,
      maxHttpBufferSize: config.SOCKET_MAX_REQUEST_BYTES,
      pingInterval: config.SOCKET_PING_INTERVAL_MS,
      pingTimeout: config.SOCKET_PING_TIMEOUT_MS,
      ...(config.CORS_ORIGINS.length > 0 && { cors: { origin: config.CORS_ORIGINS } }),
    };
    return super.createIOServer(port, { ...options, ...own } as ServerOptions);
  }
}
