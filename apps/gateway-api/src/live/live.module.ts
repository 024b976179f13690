import type { IncomingMessage } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { guildHead } from '@discord-relay/read-model';
import { HealthRegistry, LOGGER, type Logger, NatsLink } from '@discord-relay/platform';
import { AuditLog } from '../auth/audit/audit-log.js';
import { Revocations } from '../auth/tokens/revocations.js';
import { TokenVerifier } from '../auth/tokens/token-verifier.js';
import { loadGuildAccess } from '../read/access/load-guild-access.js';
import { loadMember } from '../read/access/load-member.js';
import type { GatewayApiConfig } from '../config.js';
import { ClientAddresses } from '../network/client-address.js';
import { clientNetwork } from '../network/ip-address.js';
import { feedHeads, readGuildHead, readGuildTail } from '../read/changes.query.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { QueueUpdates } from '../queue/live/queue-updates.js';
import { QueueReader } from '../queue/queue-reader.js';
import { SourceMonitor } from '../source/source-monitor.js';
import { ChangeAnnouncements } from './chain/change-announcements.js';
import { ChangePolling } from './chain/change-polling.js';
import { ConnectRateLimit } from './socket/connect-rate-limit.js';
import { FeedHub } from './chain/feed-hub.js';
import { ChangeRouter } from './chain/change-router.js';
import type { GuildReader } from './chain/subscribed-guild.js';
import { guildObserver } from './chain/guild-observer.js';
import { LiveStatus } from './live-status.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import {
  createSessionServices,
  SESSION_SERVICES,
  type SessionServices,
} from './subscribe/session-services.js';
import { SocketChangeSink } from './socket-change-sink.js';
import { MessageFeedGateway } from './socket/message-feed.gateway.js';
import { type PositionAudience, PositionBroadcast } from './subscribe/position-broadcast.js';
import { ProjectionSwitch } from './projection-switch.js';
import { SlowSocketMonitor } from './socket/slow-socket-monitor.js';
import { ConnectionGuard } from './socket/connection-guard.js';
import { SocketDrain } from './socket/socket-drain.js';
import { SocketRequestHandler } from './socket/socket-request-handler.js';
import { SocketServer } from './socket/socket-server.js';
import { UnauthenticatedSockets } from './socket/unauthenticated-sockets.js';
import { VolatileNotices } from './volatile-notices.js';

/** Live delivery of the announced changes to sockets. Needs the global {@link ReadModelDatabase} and {@link TokenVerifier}. */
@Module({})
export class LiveModule {
  static register(config: GatewayApiConfig): DynamicModule {
    return {
      module: LiveModule,
      providers: [
        { provide: LiveMetrics, useFactory: (r: Registry) => new LiveMetrics(r), inject: [Registry] },
        socketServerProvider(config),
        sourceProvider,
        ...changeProviders(config),
        queueProvider,
        ...socketProviders(config),
        MessageFeedGateway,
      ],
      exports: [SocketServer, SourceMonitor, LiveMetrics, FeedHub, ChangeRouter, QueueUpdates],
    };
  }
}

const sourceProvider = {
  provide: SourceMonitor,
  useFactory: (link: NatsLink, server: SocketServer, logger: Logger) =>
    new SourceMonitor(link, (status) => server.broadcastSource(status), logger),
  inject: [NatsLink, SocketServer, LOGGER],
};

const changeProviders = (config: GatewayApiConfig) => [
  {
    provide: ChangeAnnouncements,
    useFactory: (link: NatsLink, server: SocketServer, metrics: LiveMetrics, logger: Logger) =>
      new ChangeAnnouncements(link, new VolatileNotices(server, metrics), metrics, logger),
    inject: [NatsLink, SocketServer, LiveMetrics, LOGGER],
  },
  {
    provide: ChangeRouter,
    useFactory: createRouter,
    inject: [SocketServer, PositionBroadcast, LiveMetrics, LOGGER],
  },
  {
    provide: PositionBroadcast,
    useFactory: (server: SocketServer) =>
      new PositionBroadcast(audienceOf(server), config.POSITION_INTERVAL_MS),
    inject: [SocketServer],
  },
  {
    provide: SocketChangeSink,
    useFactory: (router: ChangeRouter, server: SocketServer, metrics: LiveMetrics, logger: Logger) =>
      new SocketChangeSink(router, server, metrics, logger),
    inject: [ChangeRouter, SocketServer, LiveMetrics, LOGGER],
  },
  {
    provide: FeedHub,
    useFactory: createHub(config),
    inject: [ChangeAnnouncements, ReadModelDatabase, SocketChangeSink, LiveMetrics, LOGGER],
  },
  {
    provide: ChangePolling,
    useFactory: (link: NatsLink, hub: FeedHub, database: ReadModelDatabase, logger: Logger) => {
      const readHeads = (guildIds: readonly string[]) => feedHeads(database, guildIds.map(guildHead));
      return new ChangePolling(link, hub, readHeads, config.CHANGES_POLL_MS, logger);
    },
    inject: [NatsLink, FeedHub, ReadModelDatabase, LOGGER],
  },
  {
    provide: ProjectionSwitch,
    useFactory: (
      link: NatsLink,
      database: ReadModelDatabase,
      hub: FeedHub,
      sink: SocketChangeSink,
      logger: Logger,
    ) => new ProjectionSwitch(link, database, hub, sink, logger),
    inject: [NatsLink, ReadModelDatabase, FeedHub, SocketChangeSink, LOGGER],
  },
];

const queueProvider = {
  provide: QueueUpdates,
  useFactory: (
    link: NatsLink,
    database: ReadModelDatabase,
    router: ChangeRouter,
    reader: QueueReader,
    logger: Logger,
  ) => new QueueUpdates(link, database, router, reader, logger),
  inject: [NatsLink, ReadModelDatabase, ChangeRouter, QueueReader, LOGGER],
};

const audienceOf = (server: SocketServer): PositionAudience => ({
  subscriberCount: (feed) => server.subscriberCount(feed),
  send: (feed, notice) => void server.send(feed, 'position', notice),
  sessions: () => server.sockets().map(({ data }) => data.session),
});

const createRouter = (
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

const createHub =
  ({ PUBLIC_CHANNELS: publicChannels }: GatewayApiConfig) =>
  (
    announcements: ChangeAnnouncements,
    database: ReadModelDatabase,
    sink: SocketChangeSink,
    metrics: LiveMetrics,
    logger: Logger,
  ): FeedHub => {
    const reader: GuildReader = {
      readHead: (guildId) => readGuildHead(database, guildId),
      readTail: (guildId, seq, limit) => readGuildTail(database, guildId, seq, limit),
      loadAccess: (guildId, userIds) => loadGuildAccess(database, guildId, { userIds, publicChannels }),
      loadMember: (access, userId) => loadMember(database, access, userId),
    };
    return new FeedHub(announcements, reader, sink, guildObserver(metrics, logger));
  };

const socketProviders = (config: GatewayApiConfig) => [
  {
    provide: ConnectionGuard,
    useFactory: (
      verifier: TokenVerifier,
      services: SessionServices,
      audit: AuditLog,
      metrics: LiveMetrics,
      logger: Logger,
    ) => new ConnectionGuard(verifier, services, config, metrics, { audit, logger }),
    inject: [TokenVerifier, SESSION_SERVICES, AuditLog, LiveMetrics, LOGGER],
  },
  {
    provide: SESSION_SERVICES,
    useFactory: createSessionServices(config),
    inject: [SocketServer, ReadModelDatabase, FeedHub, ChangeRouter, PositionBroadcast, QueueUpdates],
  },
  {
    provide: 'REVOKED_SOCKETS',
    useFactory: (revocations: Revocations, guard: ConnectionGuard, server: SocketServer) =>
      revocations.onRevoked((credential) => guard.revoke(server.sockets(), credential)),
    inject: [Revocations, ConnectionGuard, SocketServer],
  },
  {
    provide: SocketRequestHandler,
    useFactory: (metrics: LiveMetrics, logger: Logger) => new SocketRequestHandler(metrics, logger),
    inject: [LiveMetrics, LOGGER],
  },
  {
    provide: SlowSocketMonitor,
    useFactory: (server: SocketServer, metrics: LiveMetrics, logger: Logger) =>
      new SlowSocketMonitor(
        server,
        { maxBytes: config.SOCKET_BUFFER_MAX_BYTES, maxLagMs: config.SOCKET_LAG_MAX_MS },
        metrics,
        logger,
      ),
    inject: [SocketServer, LiveMetrics, LOGGER],
  },
  {
    provide: ConnectRateLimit,
    useFactory: (metrics: LiveMetrics) =>
      new ConnectRateLimit(config.CONNECTS_PER_S, networkOf(config), metrics),
    inject: [LiveMetrics],
  },
  {
    provide: SocketDrain,
    useFactory: (server: SocketServer, logger: Logger) =>
      new SocketDrain(server, config.SOCKET_DRAIN_MS, logger),
    inject: [SocketServer, LOGGER],
  },
  {
    provide: LiveStatus,
    useFactory: (health: HealthRegistry, server: SocketServer, hub: FeedHub, metrics: LiveMetrics) =>
      new LiveStatus(health, server, hub, metrics),
    inject: [HealthRegistry, SocketServer, FeedHub, LiveMetrics],
  },
];

const networkOf = (config: GatewayApiConfig) => {
  const addresses = new ClientAddresses(config);
  return ({ socket, headers }: IncomingMessage): string =>
    clientNetwork(addresses.of(socket.remoteAddress ?? '', headers));
};

const socketServerProvider = (config: GatewayApiConfig) => ({
  provide: SocketServer,
  useFactory: (metrics: LiveMetrics) => {
    const limits = {
      total: config.MAX_UNAUTHENTICATED_SOCKETS,
      perNetwork: config.MAX_UNAUTHENTICATED_SOCKETS_PER_ADDRESS,
      timeoutMs: config.SOCKET_AUTH_TIMEOUT_MS,
    };
    return new SocketServer(metrics, new UnauthenticatedSockets(limits, networkOf(config), metrics));
  },
  inject: [LiveMetrics],
});
