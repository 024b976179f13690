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
import { SourceWatch } from '../source/source-watch.js';
import { ChangeAnnouncements } from './chain/change-announcements.js';
import { ChangePolling } from './chain/change-polling.js';
import { ChannelRenewals } from './subscribe/channel-renewals.js';
import { ConnectRate } from './socket/connect-rate.js';
import { FeedHub } from './chain/feed-hub.js';
import { FeedReader } from './subscribe/feed-reader.js';
import { FeedRooms } from './chain/feed-rooms.js';
import type { GuildReader } from './chain/followed-guild.js';
import { Following } from './subscribe/follow.js';
import { guildObserver } from './chain/guild-observer.js';
import { LiveFigures } from './live-figures.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import { LiveSink } from './live-sink.js';
import { MessageFeedGateway } from './socket/message-feed.gateway.js';
import { PacedWork } from '../limits/paced-work.js';
import { type PositionAudience, Positions } from './subscribe/positions.js';
import { ProjectionSwitch } from './projection-switch.js';
import { SlowSocketWatch } from './socket/slow-socket-watch.js';
import { SocketDoor } from './socket/socket-door.js';
import { SocketDrain } from './socket/socket-drain.js';
import { SocketRequests } from './socket/socket-requests.js';
import { SocketServer } from './socket/socket-server.js';
import { VolatileNotices } from './volatile-notices.js';

/** Lists that are sent anew because the rights of many changed. */
const REFRESHED_AT_A_TIME = 4;

/** From announced changes to sockets. Needs {@link ReadModelDatabase} and {@link TokenVerifier} to be global. */
@Module({})
export class LiveModule {
  static register(config: GatewayApiConfig): DynamicModule {
    return {
      module: LiveModule,
      providers: [
        { provide: LiveMetrics, useFactory: (r: Registry) => new LiveMetrics(r), inject: [Registry] },
        { provide: SocketServer, useFactory: (m: LiveMetrics) => new SocketServer(m), inject: [LiveMetrics] },
        sourceProvider,
        ...changeProviders(config),
        ...socketProviders(config),
        MessageFeedGateway,
      ],
      exports: [SocketServer, SourceWatch, LiveMetrics, FeedHub, FeedRooms],
    };
  }
}

const sourceProvider = {
  provide: SourceWatch,
  useFactory: (link: NatsLink, server: SocketServer, logger: Logger) =>
    new SourceWatch(link, (status) => server.announceSource(status), logger),
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
    provide: FeedRooms,
    useFactory: createRooms,
    inject: [SocketServer, Positions, LiveMetrics, LOGGER],
  },
  {
    provide: Positions,
    useFactory: (server: SocketServer) => new Positions(audienceOf(server), config.POSITION_INTERVAL_MS),
    inject: [SocketServer],
  },
  {
    provide: LiveSink,
    useFactory: (rooms: FeedRooms, server: SocketServer, metrics: LiveMetrics, logger: Logger) =>
      new LiveSink(rooms, server, metrics, logger),
    inject: [FeedRooms, SocketServer, LiveMetrics, LOGGER],
  },
  {
    provide: FeedHub,
    useFactory: createHub(config),
    inject: [ChangeAnnouncements, ReadModelDatabase, LiveSink, LiveMetrics, LOGGER],
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
    useFactory: (link: NatsLink, database: ReadModelDatabase, hub: FeedHub, sink: LiveSink, logger: Logger) =>
      new ProjectionSwitch(link, database, hub, sink, logger),
    inject: [NatsLink, ReadModelDatabase, FeedHub, LiveSink, LOGGER],
  },
];

const audienceOf = (server: SocketServer): PositionAudience => ({
  followers: (feed) => server.followers(feed),
  tell: (feed, notice) => void server.tell(feed, 'position', notice),
  each: () => server.sockets().map(({ data }) => data.session),
});

const createRooms = (
  server: SocketServer,
  positions: Positions,
  metrics: LiveMetrics,
  logger: Logger,
): FeedRooms =>
  new FeedRooms(
    (room, event) => {
      if (!server.emit(room, event)) return;
      positions.note(room, event.payload.seq);
    },
    ({ feed, seq, kind }) => {
      metrics.unreadable.inc();
      logger.error({ feed, seq, kind }, 'change of a kind that this version does not know: not delivered');
    },
  );

const createHub =
  ({ PUBLIC_CHANNELS: publicChannels }: GatewayApiConfig) =>
  (
    announcements: ChangeAnnouncements,
    database: ReadModelDatabase,
    sink: LiveSink,
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
    provide: SocketDoor,
    useFactory: createDoor(config),
    inject: [
      TokenVerifier,
      Revocations,
      AuditLog,
      SocketServer,
      ReadModelDatabase,
      FeedHub,
      FeedRooms,
      Positions,
      LiveMetrics,
      LOGGER,
    ],
  },
  {
    provide: SocketRequests,
    useFactory: (metrics: LiveMetrics, logger: Logger) => new SocketRequests(metrics, logger),
    inject: [LiveMetrics, LOGGER],
  },
  {
    provide: SlowSocketWatch,
    useFactory: (server: SocketServer, metrics: LiveMetrics, logger: Logger) =>
      new SlowSocketWatch(
        server,
        { maxBytes: config.SOCKET_BUFFER_MAX_BYTES, maxLagMs: config.SOCKET_LAG_MAX_MS },
        metrics,
        logger,
      ),
    inject: [SocketServer, LiveMetrics, LOGGER],
  },
  {
    provide: ConnectRate,
    useFactory: (metrics: LiveMetrics) => new ConnectRate(config.CONNECTS_PER_S, networkOf(config), metrics),
    inject: [LiveMetrics],
  },
  {
    provide: SocketDrain,
    useFactory: (server: SocketServer, logger: Logger) =>
      new SocketDrain(server, config.SOCKET_DRAIN_MS, logger),
    inject: [SocketServer, LOGGER],
  },
  {
    provide: LiveFigures,
    useFactory: (health: HealthRegistry, server: SocketServer, hub: FeedHub, metrics: LiveMetrics) =>
      new LiveFigures(health, server, hub, metrics),
    inject: [HealthRegistry, SocketServer, FeedHub, LiveMetrics],
  },
];

const networkOf = (config: GatewayApiConfig) => {
  const addresses = new ClientAddresses(config);
  return ({ socket, headers }: IncomingMessage): string =>
    clientNetwork(addresses.of(socket.remoteAddress ?? '', headers));
};

const createDoor =
  (config: GatewayApiConfig) =>
  (
    verifier: TokenVerifier,
    revocations: Revocations,
    audit: AuditLog,
    server: SocketServer,
    database: ReadModelDatabase,
    hub: FeedHub,
    rooms: FeedRooms,
    positions: Positions,
    metrics: LiveMetrics,
    logger: Logger,
  ): SocketDoor => {
    const limits = {
      maxEvents: config.RESUME_MAX_EVENTS,
      maxBytes: config.SOCKET_BUFFER_MAX_BYTES / 2,
    };
    const reader = new FeedReader(database, limits, config.PUBLIC_CHANNELS);
    const following = new Following(hub, rooms);
    const services = {
      reader,
      following,
      renewals: new ChannelRenewals({ reader, following, positions, voice: server }),
      rooms,
      positions,
      later: new PacedWork(REFRESHED_AT_A_TIME),
      maxJoins: config.MAX_JOINS_PER_SOCKET,
    };
    const door = new SocketDoor(verifier, services, config, metrics, { audit, logger });
    revocations.onRevoked((credential) => door.revoke(server.sockets(), credential));
    return door;
  };
