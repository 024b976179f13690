import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import type { RelaySocket } from './relay-socket.js';
import { bufferedBytes, terminate } from '../wire/socket-writer.js';
import type { SocketServer } from './socket-server.js';
import { toWireError } from '../../errors/wire-error.js';

/** Short enough that a socket exceeds its budget only briefly, without a check on every delivery. */
const CHECK_EVERY_MS = 250;
/** How long a disconnected socket may take to read the remaining data. */
const TERMINATE_AFTER_MS = 10_000;

export interface SlowSocketLimits {
  /** Maximum number of unsent bytes for one socket. */
  maxBytes: number;
  /** How long a paused socket may take to catch up. */
  maxLagMs: number;
}

/**
 * Pauses live delivery to sockets that read too slowly, so that their unsent data does not fill the memory, and resumes it
 * when they have caught up. A socket that does not catch up in time is disconnected; its client resumes from its cursors.
 */
export class SlowSocketMonitor {
  private timer: NodeJS.Timeout | undefined;
  private readonly laggingSinceMs = new WeakMap<RelaySocket, number>();

  constructor(
    private readonly server: SocketServer,
    private readonly limits: SlowSocketLimits,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.checkAll(performance.now()), CHECK_EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private checkAll(nowMs: number): void {
    for (const socket of this.server.sockets()) this.check(socket, bufferedBytes(socket), nowMs);
  }

  private check(socket: RelaySocket, bytes: number, nowMs: number): void {
    const { session } = socket.data;
    const sinceMs = this.laggingSinceMs.get(socket);
    if (sinceMs === undefined) {
      if (bytes > this.limits.maxBytes) this.pause(socket, bytes, nowMs);
    } else if (bytes === 0) {
      this.laggingSinceMs.delete(socket);
      session.resumeDelivery();
    } else if (nowMs - sinceMs > this.limits.maxLagMs) {
      this.disconnect(socket, bytes);
    }
  }

  private pause(socket: RelaySocket, bytes: number, nowMs: number): void {
    this.laggingSinceMs.set(socket, nowMs);
    this.metrics.laggingSockets.inc();
    this.logger.info({ socketId: socket.id, userId: socket.data.principal.id, bytes }, 'socket lags behind');
    socket.data.session.pauseDelivery();
  }

  private disconnect(socket: RelaySocket, bytes: number): void {
    this.metrics.slowSockets.inc();
    this.logger.warn({ socketId: socket.id, userId: socket.data.principal.id, bytes }, 'socket too slow');
    socket.emit('error', toWireError(new AppError('SOCKET.TOO_SLOW')));
    socket.disconnect(true);
    setTimeout(() => terminate(socket), TERMINATE_AFTER_MS).unref();
  }
}
