import { createRequire } from 'node:module';
import { controlPrefix } from '@discord-relay/contracts';
import { HealthRegistry, InstanceGuard, type Logger, LOGGER, NatsLink } from '@discord-relay/platform';
import { PlatformModule } from '@discord-relay/platform/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { type ProjectorConfig, projectorOptions } from './config.js';
import { ProjectorControl } from './control/projector-control.js';
import { ProjectorMetrics } from './metrics.js';
import { natsOfUniqueInstance, Projector } from './projector.js';
import { ProjectorService } from './projector.service.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

@Module({})
export class ProjectorModule {
  static register(config: ProjectorConfig): DynamicModule {
    const options = projectorOptions(config);
    return {
      module: ProjectorModule,
      imports: [
        PlatformModule.register({
          service: 'projector',
          version,
          config,
          controlPrefix: controlPrefix('projector'),
        }),
      ],
      providers: [
        {
          provide: ProjectorMetrics,
          inject: [Registry],
          useFactory: (registry: Registry) => new ProjectorMetrics(registry),
        },
        {
          provide: Projector,
          inject: [NatsLink, InstanceGuard, ProjectorMetrics, HealthRegistry, LOGGER],
          useFactory: (
            nats: NatsLink,
            guard: InstanceGuard,
            metrics: ProjectorMetrics,
            health: HealthRegistry,
            logger: Logger,
          ) => new Projector(options, natsOfUniqueInstance(nats, guard), metrics, health, logger),
        },
        {
          provide: ProjectorControl,
          inject: [NatsLink, LOGGER],
          useFactory: (nats: NatsLink, logger: Logger) => new ProjectorControl(options, nats, logger),
        },
        ProjectorService,
      ],
    };
  }
}
