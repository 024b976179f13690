import type { Logger } from '@discord-relay/platform';
import type { LiveMetrics } from './live-metrics.js';
import type { RelaySocket } from './relay-socket.js';
import { bufferedBytes } from './socket-outlet.js';
import type { SocketServer } from './socket-server.js';
import { toWireError } from './wire-error.js';
import { AppError } from '@discord-relay/contracts';

/** Often enough that a socket is over its budget for a moment only, and off the path of every delivery. */
const LOOK_EVERY_MS = 250;
/** What a disconnected socket gets to read the rest before it is cut. */
const CUT_AFTER_MS = 10_000;

/** Disconnects sockets that read slower than their channels speak, before they fill the memory. */
export class SlowSocketWatch {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: SocketServer,
    private readonly maxBytes: number,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const socket of this.server.sockets()) {
      const bytes = bufferedBytes(socket);
      if (bytes > this.maxBytes) this.disconnect(socket, bytes);
    }
  }

  private disconnect(socket: RelaySocket, bytes: number): void {
    const { conn } = socket;
    this.metrics.slowSockets.inc();
    this.logger.warn({ socketId: socket.id, userId: socket.data.principal.id, bytes }, 'socket too slow');
    socket.emit('error', toWireError(new AppError('SOCKET.TOO_SLOW')));
    socket.disconnect(true);
    setTimeout(() => conn.close(true), CUT_AFTER_MS).unref();
  }
}
