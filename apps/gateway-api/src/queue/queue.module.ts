import { type DynamicModule, Global, Module } from '@nestjs/common';
import { LOGGER, type Logger } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import type { GatewayApiConfig } from '../config.js';
import { RelayDatabase } from '../database/relay.database.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { QueueMetrics } from '../metrics/queue-metrics.js';
import { QueueChanges } from './queue-changes.js';
import { QueueReader } from './queue-reader.js';
import { QueueSettingsStore } from './queue-settings.js';

/** The support queue, for endpoints, sockets, streams and webhooks. Needs {@link RelayDatabase} and {@link ReadModelDatabase} to be global. */
@Global()
@Module({})
export class QueueModule {
  static register({ QUEUE_MAX_THREADS, QUEUE_MAX_MESSAGES }: GatewayApiConfig): DynamicModule {
    const limits = { threads: QUEUE_MAX_THREADS, messages: QUEUE_MAX_MESSAGES };
    return {
      module: QueueModule,
      providers: [
        {
          provide: QueueReader,
          useFactory: (relay: RelayDatabase, registry: Registry, logger: Logger) => {
            const metrics = new QueueMetrics(registry, logger);
            const onLimit = metrics.limitReached.bind(metrics);
            return new QueueReader(new QueueSettingsStore(relay), limits, onLimit);
          },
          inject: [RelayDatabase, Registry, LOGGER],
        },
        {
          provide: QueueChanges,
          useFactory: (database: ReadModelDatabase, reader: QueueReader) =>
            new QueueChanges(database, reader),
          inject: [ReadModelDatabase, QueueReader],
        },
      ],
      exports: [QueueReader, QueueChanges],
    };
  }
}
