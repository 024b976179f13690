import type { Logger } from '@discord-relay/platform';
import type { LiveMetrics } from '../metrics/live-metrics.js';
import { ChangeRouter } from './chain/change-router.js';
import type { SocketServer } from './socket/socket-server.js';
import type { PositionAudience, PositionBroadcast } from './subscribe/position-broadcast.js';

/** The sockets, as the recipients of positions. */
export const positionAudience = (server: SocketServer): PositionAudience => ({
  subscriberCount: (feed) => server.subscriberCount(feed),
  send: (feed, notice) => void server.send(feed, 'position', notice),
  sessions: () => server.sockets().map(({ data }) => data.session),
});

/** Emits each event to the sockets of its topic and records its position. */
export const createSocketRouter = (
  server: SocketServer,
  positions: PositionBroadcast,
  metrics: LiveMetrics,
  logger: Logger,
): ChangeRouter =>
  new ChangeRouter(
    (topic, event) => {
      if (!server.emit(topic, event)) return;
      positions.record(topic, event.payload.seq);
    },
    ({ feed, seq, kind }) => {
      metrics.unreadable.inc();
      logger.error({ feed, seq, kind }, 'change of an unknown kind is not delivered');
    },
  );
