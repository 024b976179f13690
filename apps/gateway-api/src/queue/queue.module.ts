import { type DynamicModule, Global, Module } from '@nestjs/common';
import { RelayDatabase } from '../database/relay.database.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { QueueChanges } from './queue-changes.js';
import { QueueReader } from './queue-reader.js';
import { QueueSettingsStore } from './queue-settings.js';

/** The support queue, for endpoints, sockets, streams and webhooks. Needs {@link RelayDatabase} and {@link ReadModelDatabase} to be global. */
@Global()
@Module({})
export class QueueModule {
  static register(): DynamicModule {
    return {
      module: QueueModule,
      providers: [
        {
          provide: QueueReader,
          useFactory: (relay: RelayDatabase) => new QueueReader(new QueueSettingsStore(relay)),
          inject: [RelayDatabase],
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
