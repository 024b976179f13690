import { createRequire } from 'node:module';
import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { controlPrefix } from '@discord-relay/contracts';
import {
  ControlRegistry,
  HealthRegistry,
  InstanceGuard,
  LOGGER,
  type Logger,
  NatsLink,
} from '@discord-relay/platform';
import { PlatformModule } from '@discord-relay/platform/service';
import type { IngestorConfig } from './config.js';
import { IngestorService } from './ingestor.service.js';
import { MediaLinksService } from './media/media-links.service.js';
import { registerShardCommands } from './shard-commands.js';
import { IngestorMetrics } from './metrics/ingestor-metrics.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

@Module({})
export class IngestorModule {
  static register(config: IngestorConfig): DynamicModule {
    const service = 'ingestor';
    return {
      module: IngestorModule,
      imports: [PlatformModule.register({ service, version, config, controlPrefix: controlPrefix(service) })],
      providers: [
        {
          provide: IngestorMetrics,
          inject: [Registry],
          useFactory: (registry: Registry) => new IngestorMetrics(registry),
        },
        {
          provide: IngestorService,
          inject: [NatsLink, InstanceGuard, IngestorMetrics, HealthRegistry, LOGGER],
          useFactory: (
            link: NatsLink,
            guard: InstanceGuard,
            metrics: IngestorMetrics,
            health: HealthRegistry,
            logger: Logger,
          ) => new IngestorService({ link, guard }, config, metrics, health, logger),
        },
        {
          provide: MediaLinksService,
          inject: [NatsLink, IngestorMetrics, LOGGER],
          useFactory: (link: NatsLink, metrics: IngestorMetrics, logger: Logger) => {
            const {
              DISCORD_TOKEN: token,
              DISCORD_API_URL: apiUrl,
              BACKFILL_MAX_REFUSALS: maxRefusals,
            } = config;
            const api = { token, apiUrl, maxRefusals };
            return new MediaLinksService(link, api, metrics, logger);
          },
        },
        {
          provide: registerShardCommands,
          inject: [ControlRegistry, IngestorService],
          useFactory: registerShardCommands,
        },
      ],
    };
  }
}
