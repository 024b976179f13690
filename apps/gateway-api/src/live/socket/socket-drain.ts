import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@discord-relay/platform';
import type { RelaySocket } from './relay-socket.js';
import { terminate } from '../wire/socket-writer.js';
import type { SocketServer } from './socket-server.js';

const BATCH_EVERY_MS = 50;
/** Minimum number of sockets in a batch. */
const SMALLEST_BATCH = 20;
/** How long the slowest client may take to read the notice. */
const FLUSH_MS = 1_000;
/** The clients of one batch reconnect spread over this time. */
const RECONNECT_SPREAD_MS = 1_000;

/**
 * Drains the sockets of a stopping replica: tells clients to reconnect and closes their sockets in small batches, so that
 * the other replicas need not serve all snapshots at once.
 */
export class SocketDrain {
  constructor(
    private readonly server: SocketServer,
    private readonly durationMs: number,
    private readonly logger: Logger,
  ) {}

  /** Resolves when all sockets are closed. */
  async run(): Promise<void> {
    const sockets = this.server.sockets();
    const batches = Math.max(1, Math.floor(this.durationMs / BATCH_EVERY_MS));
    const size = Math.max(SMALLEST_BATCH, Math.ceil(sockets.length / batches));
    this.logger.info({ sockets: sockets.length }, 'draining sockets');
    for (let from = 0; from < sockets.length; from += size) {
      if (from > 0) await sleep(BATCH_EVERY_MS);
      sockets.slice(from, from + size).forEach(sendReconnect);
    }
    const untilMs = performance.now() + FLUSH_MS;
    while (this.server.socketCount > 0 && performance.now() < untilMs) await sleep(BATCH_EVERY_MS);
    this.server.sockets().forEach(terminate);
  }
}

/** Closes the transport below Socket.IO, as a network failure would, so that clients that ignore the notice reconnect too. */
function sendReconnect(socket: RelaySocket): void {
  if (!socket.connected) return;
  socket.emit('reconnect', { afterMs: Math.floor(Math.random() * RECONNECT_SPREAD_MS) });
  socket.conn.close();
}
