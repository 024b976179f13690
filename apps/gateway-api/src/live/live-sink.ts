import { AppError, type Change } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { FeedRooms } from './feed-rooms.js';
import type { GuildSink } from './guild-feed.js';
import type { LiveMetrics } from './live-metrics.js';
import type { RelaySocket } from './relay-socket.js';
import type { SocketServer } from './socket-server.js';
import { toWireError } from './wire-error.js';

/** Where changes go: to the rooms, and when some are lost for good, snapshots to everyone concerned. */
export class LiveSink implements GuildSink {
  constructor(
    private readonly rooms: FeedRooms,
    private readonly server: SocketServer,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {}

  deliver(change: Change): void {
    this.rooms.deliver(change);
    if (change.kind !== 'message') return;
    const ageMs = Date.now() - Date.parse(change.body.timestamp);
    this.metrics.messageAgeSeconds.observe(Math.max(0, ageMs) / 1_000);
  }

  restart(guildId: string): void {
    this.metrics.restarts.inc();
    this.logger.warn({ guildId }, 'changes are no longer kept: sockets get snapshots');
    this.rooms.breakBuffers(guildId);
    for (const socket of this.server.sockets()) void this.restartSocket(socket, guildId);
  }

  private async restartSocket(socket: RelaySocket, guildId: string): Promise<void> {
    try {
      await socket.data.session.restart(guildId);
    } catch (error) {
      this.logger.warn({ guildId, socketId: socket.id, err: error }, 'snapshot failed: socket disconnected');
      const unavailable = new AppError('SERVICE.UNAVAILABLE', 'reconnect and resume', { cause: error });
      socket.emit('error', toWireError(unavailable));
      socket.disconnect(true);
    }
  }
}
