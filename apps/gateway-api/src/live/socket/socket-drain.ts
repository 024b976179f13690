import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@discord-relay/platform';
import type { RelaySocket } from './relay-socket.js';
import { terminate } from '../wire/socket-writer.js';
import type { SocketServer } from './socket-server.js';

const BATCH_EVERY_MS = 50;
/** So few at once are no burden to anyone. */
const SMALLEST_BATCH = 20;
/** What the slowest gets to read its goodbye. */
const FLUSH_MS = 1_000;
/** Over how long those of one batch come back. */
const RECONNECT_SPREAD_MS = 1_000;

/**
 * The goodbye of a replica that stops: its sockets are told to come back, to whichever replica, and closed, a few at a
 * time, so that those who take over are not asked for all snapshots at once.
 */
export class SocketDrain {
  constructor(
    private readonly server: SocketServer,
    private readonly durationMs: number,
    private readonly logger: Logger,
  ) {}

  /** Resolves when every socket is gone. */
  async run(): Promise<void> {
    const sockets = this.server.sockets();
    const batches = Math.max(1, Math.floor(this.durationMs / BATCH_EVERY_MS));
    const size = Math.max(SMALLEST_BATCH, Math.ceil(sockets.length / batches));
    this.logger.info({ sockets: sockets.length }, 'sockets are told to reconnect');
    for (let from = 0; from < sockets.length; from += size) {
      if (from > 0) await sleep(BATCH_EVERY_MS);
      sockets.slice(from, from + size).forEach(sendReconnect);
    }
    const untilMs = performance.now() + FLUSH_MS;
    while (this.server.socketCount > 0 && performance.now() < untilMs) await sleep(BATCH_EVERY_MS);
    this.server.sockets().forEach(terminate);
  }
}

/** Closed below Socket.IO, as by a network: its clients come back by themselves then, also those that know no notice. */
function sendReconnect(socket: RelaySocket): void {
  if (!socket.connected) return;
  socket.emit('reconnect', { afterMs: Math.floor(Math.random() * RECONNECT_SPREAD_MS) });
  socket.conn.close();
}
