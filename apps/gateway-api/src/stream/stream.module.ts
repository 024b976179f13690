import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { CoalescingQueue, HealthRegistry, LOGGER, type Logger } from '@discord-relay/platform';
import { Revocations } from '../auth/tokens/revocations.js';
import type { GatewayApiConfig } from '../config.js';
import { AUTH_FAILURES } from '../http/guards/bearer.guard.js';
import { FeedHub } from '../live/chain/feed-hub.js';
import { ChangeRouter } from '../live/chain/change-router.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { QueueUpdates } from '../queue/live/queue-updates.js';
import { QueueChanges } from '../queue/queue-changes.js';
import { StreamController } from './stream.controller.js';
import { StreamMetrics } from '../metrics/stream-metrics.js';
import type { StreamServices } from './guild-stream.js';
import { StreamReader } from './stream-reader.js';
import { ConnectionLimits } from '../limits/connection-limits.js';
import { StreamRegistry } from './stream-registry.js';

/** Number of streams that start again at a time after a switch of projections or a loss of changes. */
const RESTARTED_AT_A_TIME = 4;

/** Server-sent streams of the announced changes. */
@Module({})
export class StreamModule {
  /** `live`: the module that the application already has. */
  static register(config: GatewayApiConfig, live: DynamicModule): DynamicModule {
    return {
      module: StreamModule,
      imports: [live],
      controllers: [StreamController],
      providers: [
        { provide: StreamMetrics, useFactory: (r: Registry) => new StreamMetrics(r), inject: [Registry] },
        { provide: AUTH_FAILURES, useFactory: (m: LiveMetrics) => m.authFailures, inject: [LiveMetrics] },
        ...streamProviders(config),
      ],
    };
  }
}

const STREAM_SERVICES = Symbol('StreamServices');

const streamProviders = (config: GatewayApiConfig) => [
  { provide: StreamReader, useFactory: createReader(config), inject: [ReadModelDatabase] },
  {
    provide: STREAM_SERVICES,
    useFactory: createServices,
    inject: [FeedHub, ChangeRouter, StreamReader, QueueUpdates, QueueChanges, StreamMetrics],
  },
  {
    provide: StreamRegistry,
    useFactory: createStreams(config),
    inject: [STREAM_SERVICES, HealthRegistry, LOGGER],
  },
  {
    provide: 'REVOKED_STREAMS',
    useFactory: (revocations: Revocations, streams: StreamRegistry) =>
      revocations.onRevoked((credential) => streams.revoke(credential)),
    inject: [Revocations, StreamRegistry],
  },
];

const createReader =
  ({ RESUME_MAX_EVENTS, SOCKET_BUFFER_MAX_BYTES, PUBLIC_CHANNELS }: GatewayApiConfig) =>
  (database: ReadModelDatabase): StreamReader => {
    const limits = { maxEvents: RESUME_MAX_EVENTS, maxBytes: SOCKET_BUFFER_MAX_BYTES / 2 };
    return new StreamReader(database, limits, PUBLIC_CHANNELS);
  };

const createServices = (
  hub: FeedHub,
  router: ChangeRouter,
  reader: StreamReader,
  updates: QueueUpdates,
  changes: QueueChanges,
  metrics: StreamMetrics,
): StreamServices => ({
  hub,
  router,
  reader,
  queue: { updates, changes },
  metrics,
  background: new CoalescingQueue(RESTARTED_AT_A_TIME),
});

const createStreams =
  (config: GatewayApiConfig) =>
  (services: StreamServices, health: HealthRegistry, logger: Logger): StreamRegistry => {
    const connectionLimits = new ConnectionLimits(
      config.MAX_STREAMS_PER_USER,
      config.MAX_STREAMS_PER_ADDRESS,
    );
    const limits = {
      maxBytes: config.SOCKET_BUFFER_MAX_BYTES,
      maxLagMs: config.SOCKET_LAG_MAX_MS,
      heartbeatMs: config.STREAM_HEARTBEAT_MS,
      drainMs: config.SOCKET_DRAIN_MS,
    };
    return new StreamRegistry(services, connectionLimits, limits, health, logger);
  };
