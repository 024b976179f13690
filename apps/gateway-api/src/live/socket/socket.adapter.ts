import type { INestApplicationContext } from '@nestjs/common';
import { AppError } from '@discord-relay/contracts';
import { shorten } from '@discord-relay/platform';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Observable } from 'rxjs';
import type { Server, ServerOptions, Socket } from 'socket.io';
import type { GatewayApiConfig } from '../../config.js';
import { toWireError } from '../../errors/wire-error.js';

/** Maximum length of an unknown event name that is repeated in a response. */
const MAX_NAME_CHARS = 64;

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

  /**
   * As the inherited method, but with one listener per socket. The inherited one keeps a chain of rxjs subscriptions for every
   * socket and event, used or not, which is two thirds of the memory of an idle socket.
   */
  override bindMessageHandlers(
    socket: Socket,
    handlers: MessageMappingProperties[],
    transform: (answer: unknown) => Observable<unknown>,
  ): void {
    socket.onAny((event: string, ...args: unknown[]) => {
      const handler = handlers.find(({ message }) => message === event);
      const { data, ack } = this.mapPayload(args.length > 1 ? args : args[0]);
      if (!handler) return refuseUnknown(socket, event, ack);
      transform(handler.callback(data, ack)).subscribe({
        next: (answer) => void ack?.(answer),
        error: (error: unknown) => this.logger.error(error),
      });
    });
  }
}

/** Answers an unknown request in its acknowledgement, or with an `error` event if it has none. */
function refuseUnknown(
  socket: Socket,
  event: string,
  ack: ReturnType<SocketAdapter['mapPayload']>['ack'],
): void {
  const error = {
    ...toWireError(new AppError('REQUEST.INVALID', 'unknown request')),
    event: shorten(event, MAX_NAME_CHARS),
  };
  socket.emit('error', error);
  ack?.({ ok: false, error });
}
