import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { type DynamicModule } from '@nestjs/common';
import { HealthRegistry, LOGGER, type Logger } from '@discord-relay/platform';
import { Revocations } from '../auth/tokens/revocations.js';
import type { GatewayApiConfig } from '../config.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { AuthorizedReader } from '../http/endpoints/authorized-reader.js';
import { AUTH_FAILURES } from '../http/guards/bearer.guard.js';
import { UserRateLimitGuard } from '../http/guards/rate-limits.js';
import { EventStreamMetrics } from '../metrics/event-stream-metrics.js';
import { LiveMetrics } from '../metrics/live-metrics.js';
import { EventStreams } from './event-streams.js';
import { EventsController } from './events.controller.js';
import { LogAccess } from '../log/reader/log-access.js';
import { EventSelector } from './select-events.js';

/** The event stream: the log over HTTP. */
@Module({})
export class EventsModule {
  /** `live`: the module that the application already has. */
  static register(config: GatewayApiConfig, live: DynamicModule): DynamicModule {
    return {
      module: EventsModule,
      imports: [live],
      controllers: [EventsController],
      providers: [
        AuthorizedReader,
        UserRateLimitGuard,
        EventSelector,
        { provide: AUTH_FAILURES, useFactory: (m: LiveMetrics) => m.authFailures, inject: [LiveMetrics] },
        {
          provide: EventStreamMetrics,
          useFactory: (r: Registry) => new EventStreamMetrics(r),
          inject: [Registry],
        },
        streamsProvider(config),
        {
          provide: 'REVOKED_EVENT_STREAMS',
          useFactory: (revocations: Revocations, streams: EventStreams) =>
            revocations.onRevoked((credential) => streams.revoke(credential)),
          inject: [Revocations, EventStreams],
        },
      ],
      exports: [
        EventStreams,
        EventSelector,
        EventStreamMetrics,
        AuthorizedReader,
        UserRateLimitGuard,
        AUTH_FAILURES,
      ],
    };
  }
}

const streamsProvider = (config: GatewayApiConfig) => ({
  provide: EventStreams,
  useFactory: (
    log: LogAccess,
    database: ReadModelDatabase,
    metrics: EventStreamMetrics,
    health: HealthRegistry,
    logger: Logger,
  ) => new EventStreams(log, database, config, metrics, { health, logger }),
  inject: [LogAccess, ReadModelDatabase, EventStreamMetrics, HealthRegistry, LOGGER],
});
