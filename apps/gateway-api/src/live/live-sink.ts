import { AppError, type Change } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { FeedRooms } from './feed-rooms.js';
import type { GuildSink } from './guild-feed.js';
import type { LiveMetrics } from './live-metrics.js';
import type { RelaySocket } from './relay-socket.js';
import type { SocketServer } from './socket-server.js';
import { toWireError } from './wire-error.js';

/** Nothing comes to a socket while its snapshot is read: better few wait for a short time than all for a long one. */
const RENEWED_AT_A_TIME = 4;

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
    for (const socket of this.server.sockets())
      void this.orDisconnect(socket, () => socket.data.session.restart(guildId));
  }

  /** The read models were switched: every socket gets all it follows anew, a few at a time. */
  async renew(): Promise<void> {
    const sockets = [...this.server.sockets()];
    const renewNext = async () => {
      for (let socket = sockets.pop(); socket; socket = sockets.pop()) {
        const { session } = socket.data;
        await this.orDisconnect(socket, () => session.renew());
      }
    };
    await Promise.all(Array.from({ length: RENEWED_AT_A_TIME }, renewNext));
  }

  private async orDisconnect(socket: RelaySocket, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ socketId: socket.id, err: error }, 'snapshot failed: socket disconnected');
      const unavailable = new AppError('SERVICE.UNAVAILABLE', 'reconnect and resume', { cause: error });
      socket.emit('error', toWireError(unavailable));
      socket.disconnect(true);
    }
  }
}
