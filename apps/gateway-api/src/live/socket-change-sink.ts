import type { Change } from '@discord-relay/contracts';
import { type Logger, wallClockMs } from '@discord-relay/platform';
import type { ChangeRouter } from './chain/change-router.js';
import type { ChangeSink } from './chain/subscribed-guild.js';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import type { SocketServer } from './socket/socket-server.js';

/** Live delivery to a socket pauses while its lists are read, so only a few sockets are renewed at a time. */
const LISTED_AT_A_TIME = 4;

/** Passes changes to the router. When changes are lost and cannot be recovered, resubscribes the affected sockets. */
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
    const ageMs = wallClockMs() - Date.parse(change.body.timestamp);
    this.metrics.messageAgeSeconds.observe(Math.max(0, ageMs) / 1_000);
  }

  changesLost(guildId: string): void {
    this.metrics.restarts.inc();
    this.logger.warn({ guildId }, 'missing changes are no longer stored; sockets get new snapshots');
    this.router.reportLoss(guildId);
    for (const socket of this.server.sockets()) socket.data.session.resubscribe(guildId);
  }

  revoked(change: Change, feeds: number): void {
    this.metrics.revokedFeeds.inc(feeds);
    const ageMs = wallClockMs() - (change.sinceMs ?? wallClockMs());
    this.metrics.revocationSeconds.observe(Math.max(0, ageMs) / 1_000);
    this.logger.info({ guildId: change.guildId, seq: change.seq, feeds }, 'access removed');
  }

  /** After a switch to another projection: renews all subscriptions of all sockets, lists a few at a time. */
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
