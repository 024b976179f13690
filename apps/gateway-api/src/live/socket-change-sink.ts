import type { Change } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { ChangeRouter } from './chain/change-router.js';
import type { ChangeSink } from './chain/subscribed-guild.js';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import type { SocketServer } from './socket/socket-server.js';

/** Nothing comes to a socket while its list is read: better few wait for a short time than all for a long one. */
const LISTED_AT_A_TIME = 4;

/** Where changes go: to the rooms, and when some are lost for good, snapshots to everyone concerned. */
export class SocketChangeSink implements ChangeSink {
  constructor(
    private readonly router: ChangeRouter,
    private readonly server: SocketServer,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {}

  deliver(change: Change): void {
    this.router.deliver(change);
    if (change.kind !== 'message') return;
    const ageMs = Date.now() - Date.parse(change.body.timestamp);
    this.metrics.messageAgeSeconds.observe(Math.max(0, ageMs) / 1_000);
  }

  changesLost(guildId: string): void {
    this.metrics.restarts.inc();
    this.logger.warn({ guildId }, 'changes are no longer kept: sockets get snapshots');
    this.router.reportLoss(guildId);
    for (const socket of this.server.sockets()) socket.data.session.resubscribe(guildId);
  }

  revoked(change: Change, feeds: number): void {
    this.metrics.revokedFeeds.inc(feeds);
    const ageMs = Date.now() - (change.sinceMs ?? Date.now());
    this.metrics.revocationSeconds.observe(Math.max(0, ageMs) / 1_000);
    this.logger.info({ guildId: change.guildId, seq: change.seq, feeds }, 'rights were taken away');
  }

  /** The read models were switched: everyone gets all they follow anew, lists a few at a time. */
  async renewSubscriptions(): Promise<void> {
    this.router.reportSwitch();
    const sessions = this.server.sockets().map(({ data }) => data.session);
    await Promise.all(sessions.map((session) => session.renewChannels()));
    const renewNext = async () => {
      for (let session = sessions.pop(); session; session = sessions.pop()) await session.renewLists();
    };
    await Promise.all(Array.from({ length: LISTED_AT_A_TIME }, renewNext));
  }
}
