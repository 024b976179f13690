import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { controlPrefix } from '@discord-relay/contracts';
import { HealthRegistry, LOGGER, type Logger } from '@discord-relay/platform';
import { PlatformModule } from '@discord-relay/platform/service';
import { AuthModule } from './auth/auth.module.js';
import { CONFIG, type GatewayApiConfig } from './config.js';
import { DurableModule } from './events/durable/durable.module.js';
import { EventsModule } from './events/events.module.js';
import { ExportsController } from './exports/exports.controller.js';
import { ExportsModule } from './exports/exports.module.js';
import { httpControllers, httpProviders } from './http/http-parts.js';
import { LiveModule } from './live/live.module.js';
import { MediaModule } from './media/media.module.js';
import { McpController } from './mcp/mcp.controller.js';
import { PrincipalReaders } from './mcp/principal-readers.js';
import { McpMetrics } from './metrics/mcp-metrics.js';
import { LogAccess } from './log/reader/log-access.js';
import { ReadModelDatabase } from './database/read-model.database.js';
import { QueueModule } from './queue/queue.module.js';
import { StreamModule } from './stream/stream.module.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

const VERSION = '0.1.0';

/** What live delivery, the event stream, replays and the endpoints share. */
@Global()
@Module({})
class SharedModule {
  static register(config: GatewayApiConfig): DynamicModule {
    return {
      module: SharedModule,
      providers: [
        { provide: CONFIG, useValue: config },
        {
          provide: ReadModelDatabase,
          useFactory: (health: HealthRegistry, logger: Logger) =>
            new ReadModelDatabase(
              { url: config.DATABASE_URL, poolSize: config.DATABASE_POOL_SIZE },
              health,
              logger,
            ),
          inject: [HealthRegistry, LOGGER],
        },
        {
          provide: LogAccess,
          useFactory: (logger: Logger) => new LogAccess(config, 'gateway-api', logger),
          inject: [LOGGER],
        },
      ],
      exports: [CONFIG, ReadModelDatabase, LogAccess],
    };
  }
}

const mcpProviders = [
  PrincipalReaders,
  { provide: McpMetrics, useFactory: (registry: Registry) => new McpMetrics(registry), inject: [Registry] },
];

/** gateway-api: read models to clients over Socket.IO and REST. */
@Module({})
export class GatewayApiModule {
  static register(config: GatewayApiConfig): DynamicModule {
    const service = 'gateway-api';
    const live = LiveModule.register(config);
    const events = EventsModule.register(config, live);
    return {
      module: GatewayApiModule,
      imports: [
        PlatformModule.register({
          service,
          version: VERSION,
          config,
          controlPrefix: controlPrefix(service),
        }),
        SharedModule.register(config),
        AuthModule.register(config),
        QueueModule.register(config),
        MediaModule.register(config),
        live,
        StreamModule.register(config, live),
        events,
        DurableModule.register(config, events),
        WebhooksModule.register(config),
        ExportsModule.register(config),
      ],
      controllers: [...httpControllers, WebhooksController, McpController, ExportsController],
      providers: [...httpProviders, ...mcpProviders],
    };
  }
}
