import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { guildHead } from '@discord-relay/read-model';
import { HealthRegistry, LOGGER, type Logger, NatsLink } from '@discord-relay/platform';
import { AuditLog } from '../auth/audit/audit-log.js';
import { Revocations } from '../auth/tokens/revocations.js';
import { TokenVerifier } from '../auth/tokens/token-verifier.js';
import type { GatewayApiConfig } from '../config.js';
import { ClientAddresses } from '../network/client-address.js';
import { feedHeads } from '../read/changes.query.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { QueueUpdates } from '../queue/live/queue-updates.js';
import { QueueReader } from '../queue/queue-reader.js';
import { LogAccess } from '../log/reader/log-access.js';
import { ReplayMetrics } from '../metrics/replay-metrics.js';
import { Replays } from '../replay/replays.js';
import { SourceMonitor } from '../source/source-monitor.js';
import { ChangeAnnouncements } from './chain/change-announcements.js';
import { ChangePolling } from './chain/change-polling.js';
import { ConnectRateLimit } from './socket/connect-rate-limit.js';
import { FeedHub } from './chain/feed-hub.js';
import { ChangeRouter } from './chain/change-router.js';
import { guildObserver } from './chain/guild-observer.js';
import { createGuildReader } from './guild-reader.js';
import { LiveStatus } from './live-status.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import {
  createSessionServices,
  SESSION_SERVICES,
  type SessionServices,
} from './subscribe/session-services.js';
import { createSocketRouter, positionAudience } from './socket-delivery.js';
import { SocketChangeSink } from './socket-change-sink.js';
import { liveRequests } from './socket/live-requests.js';
import { MessageFeedGateway } from './socket/message-feed.gateway.js';
import { PositionBroadcast } from './subscribe/position-broadcast.js';
import { ProjectionSwitch } from './projection-switch.js';
import { SlowSocketMonitor } from './socket/slow-socket-monitor.js';
import { ConnectionGuard } from './socket/connection-guard.js';
import { RequestDispatcher } from './socket/request-dispatcher.js';
import { SocketDrain } from './socket/socket-drain.js';
import { SocketServer } from './socket/socket-server.js';
import { TokenExpiryMonitor } from './socket/token-expiry-monitor.js';
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
        ...chainProviders(config),
        priorityProvider,
        ...routingProviders(config),
        queueProvider,
        ...replayProviders(config),
        ...sessionProviders(config),
        ...limitProviders(config),
        statusProvider,
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

const chainProviders = (config: GatewayApiConfig) => [
  {
    provide: ChangeAnnouncements,
    useFactory: (link: NatsLink, server: SocketServer, metrics: LiveMetrics, logger: Logger) =>
      new ChangeAnnouncements(link, new VolatileNotices(server, metrics), metrics, logger),
    inject: [NatsLink, SocketServer, LiveMetrics, LOGGER],
  },
  {
    provide: FeedHub,
    useFactory: (
      announcements: ChangeAnnouncements,
      database: ReadModelDatabase,
      sink: SocketChangeSink,
      metrics: LiveMetrics,
      logger: Logger,
    ) => {
      const reader = createGuildReader(database, config.PUBLIC_CHANNELS);
      return new FeedHub(announcements, reader, sink, guildObserver(metrics, logger));
    },
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

/** Reading the log for streams and replays gives way to live delivery. */
const priorityProvider = {
  provide: 'LIVE_PRIORITY',
  useFactory: (log: LogAccess, announcements: ChangeAnnouncements) =>
    log.priority.follow(() => announcements.lastChangeMs),
  inject: [LogAccess, ChangeAnnouncements],
};

const routingProviders = (config: GatewayApiConfig) => [
  {
    provide: ChangeRouter,
    useFactory: createSocketRouter,
    inject: [SocketServer, PositionBroadcast, LiveMetrics, LOGGER],
  },
  {
    provide: PositionBroadcast,
    useFactory: (server: SocketServer) =>
      new PositionBroadcast(positionAudience(server), config.POSITION_INTERVAL_MS),
    inject: [SocketServer],
  },
  {
    provide: SocketChangeSink,
    useFactory: (router: ChangeRouter, server: SocketServer, metrics: LiveMetrics, logger: Logger) =>
      new SocketChangeSink(router, server, metrics, logger),
    inject: [ChangeRouter, SocketServer, LiveMetrics, LOGGER],
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

const replayProviders = (config: GatewayApiConfig) => [
  { provide: ReplayMetrics, useFactory: (r: Registry) => new ReplayMetrics(r), inject: [Registry] },
  {
    provide: Replays,
    useFactory: (
      log: LogAccess,
      database: ReadModelDatabase,
      hub: FeedHub,
      live: LiveMetrics,
      metrics: ReplayMetrics,
      logger: Logger,
    ) => {
      const sources = { log, database, publicChannels: config.PUBLIC_CHANNELS };
      return new Replays(sources, hub, config, { live, metrics, logger });
    },
    inject: [LogAccess, ReadModelDatabase, FeedHub, LiveMetrics, ReplayMetrics, LOGGER],
  },
];

const sessionProviders = (config: GatewayApiConfig) => [
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
    provide: RequestDispatcher,
    useFactory: (guard: ConnectionGuard, replays: Replays, metrics: LiveMetrics, logger: Logger) =>
      new RequestDispatcher(liveRequests(guard, replays), metrics, logger),
    inject: [ConnectionGuard, Replays, LiveMetrics, LOGGER],
  },
];

const limitProviders = (config: GatewayApiConfig) => [
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
    provide: TokenExpiryMonitor,
    useFactory: (server: SocketServer, guard: ConnectionGuard) =>
      new TokenExpiryMonitor(server, guard, config.TOKEN_GRACE_MS),
    inject: [SocketServer, ConnectionGuard],
  },
  {
    provide: SocketDrain,
    useFactory: (server: SocketServer, logger: Logger) =>
      new SocketDrain(server, config.SOCKET_DRAIN_MS, logger),
    inject: [SocketServer, LOGGER],
  },
];

const statusProvider = {
  provide: LiveStatus,
  useFactory: (health: HealthRegistry, server: SocketServer, hub: FeedHub, metrics: LiveMetrics) =>
    new LiveStatus(health, server, hub, metrics),
  inject: [HealthRegistry, SocketServer, FeedHub, LiveMetrics],
};

const networkOf = (config: GatewayApiConfig) => {
  const addresses = new ClientAddresses(config);
  return addresses.networkOf.bind(addresses);
};

const socketServerProvider = (config: GatewayApiConfig) => ({
  provide: SocketServer,
  useFactory: (metrics: LiveMetrics) => {
    const limits = {
      total: config.MAX_UNAUTHENTICATED_SOCKETS,
      perNetwork: config.MAX_UNAUTHENTICATED_SOCKETS_PER_ADDRESS,
      timeoutMs: config.SOCKET_AUTH_TIMEOUT_MS,
    };
    const unauthenticated = new UnauthenticatedSockets(limits, networkOf(config), metrics);
    const rateLimit = new ConnectRateLimit(config.CONNECTS_PER_S, networkOf(config), metrics);
    return new SocketServer(metrics, unauthenticated, rateLimit);
  },
  inject: [LiveMetrics],
});
