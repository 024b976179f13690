import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { LOGGER, type Logger, NatsLink } from '@discord-relay/platform';
import { type ObjectStore, openMediaStore } from '@discord-relay/platform/object-store';
import { randomSecret } from '../auth/tokens/secrets.js';
import type { GatewayApiConfig } from '../config.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { FileLinks } from './file-links.js';
import { FreshLinks, requestLinksOver } from './fresh-links.js';
import { KeptFiles } from './kept-files.js';
import { KeptFilesSweep } from './kept-files-sweep.js';

/** The files of attachments: at Discord, and those that imports kept. Needs {@link ReadModelDatabase} to be global. */
@Module({})
export class MediaModule {
  static register(config: GatewayApiConfig): DynamicModule {
    const store = openMediaStore(config);
    return {
      module: MediaModule,
      providers: [
        {
          provide: FreshLinks,
          useFactory: (link: NatsLink) => new FreshLinks(requestLinksOver(link)),
          inject: [NatsLink],
        },
        {
          provide: KeptFiles,
          useFactory: (logger: Logger) => new KeptFiles(store, logger),
          inject: [LOGGER],
        },
        // Without a store there are no links, and no secret is required.
        { provide: FileLinks, useFactory: () => new FileLinks(config.JWT_SECRET ?? randomSecret()) },
        ...(store ? [sweepOf(store, config.MEDIA_SWEEP_INTERVAL_S * 1_000)] : []),
      ],
      exports: [FreshLinks, KeptFiles, FileLinks],
    };
  }
}

const sweepOf = (store: ObjectStore, intervalMs: number): Provider => ({
  provide: KeptFilesSweep,
  useFactory: (database: ReadModelDatabase, logger: Logger) =>
    new KeptFilesSweep(store, database, intervalMs, logger),
  inject: [ReadModelDatabase, LOGGER],
});
