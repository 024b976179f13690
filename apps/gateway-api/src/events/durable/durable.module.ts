import { type DynamicModule, Module } from '@nestjs/common';
import { Revocations } from '../../auth/tokens/revocations.js';
import type { GatewayApiConfig } from '../../config.js';
import { ReadModelDatabase } from '../../database/read-model.database.js';
import { LogAccess } from '../../log/reader/log-access.js';
import { EventStreamMetrics } from '../../metrics/event-stream-metrics.js';
import { EventStreams } from '../event-streams.js';
import { EventSelector } from '../select-events.js';
import { DurableController } from './durable.controller.js';
import { DurableStreams } from './durable-streams.js';

/** The event stream by the Durable Streams protocol. */
@Module({})
export class DurableModule {
  /** `events`: the module that the application already has. */
  static register(config: GatewayApiConfig, events: DynamicModule): DynamicModule {
    return {
      module: DurableModule,
      imports: [events],
      controllers: [DurableController],
      providers: [
        {
          provide: DurableStreams,
          useFactory: (
            log: LogAccess,
            database: ReadModelDatabase,
            selector: EventSelector,
            streams: EventStreams,
            metrics: EventStreamMetrics,
          ) => new DurableStreams({ log, database, selector }, streams, config, metrics),
          inject: [LogAccess, ReadModelDatabase, EventSelector, EventStreams, EventStreamMetrics],
        },
        {
          provide: 'REVOKED_DURABLE_STREAMS',
          useFactory: (revocations: Revocations, streams: DurableStreams) =>
            revocations.onRevoked((credential) => streams.revoke(credential)),
          inject: [Revocations, DurableStreams],
        },
      ],
    };
  }
}
