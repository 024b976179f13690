import { createRequire } from 'node:module';
import { controlPrefix } from '@discord-relay/contracts';
import {
  ControlRegistry,
  HealthRegistry,
  InstanceGuard,
  instanceName,
  leaseOwner,
  type Logger,
  LOGGER,
  NatsLink,
} from '@discord-relay/platform';
import { PlatformModule } from '@discord-relay/platform/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { ProjectorConfig } from './config.js';
import { registerCommands } from './control/commands.js';
import { ProjectorControl } from './control/projector-control.js';
import { type NatsSource, Projector } from './projector.js';
import { ProjectorMetrics } from './metrics.js';
import { registerParkedCommands } from './control/parked-commands.js';
import { registerProjectionCommands } from './control/projection-commands.js';
import { ProjectorService } from './projector.service.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Nobody asks for it: it is there so that the commands are taken. */
const PROJECTION_COMMANDS = Symbol('PROJECTION_COMMANDS');

@Module({})
export class ProjectorModule {
  static register(config: ProjectorConfig): DynamicModule {
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
          provide: Projector,
          inject: [NatsLink, InstanceGuard, Registry, HealthRegistry, LOGGER],
          useFactory: (
            nats: NatsLink,
            guard: InstanceGuard,
            registry: Registry,
            health: HealthRegistry,
            logger: Logger,
          ) =>
            new Projector(
              optionsOf(config),
              onceAlone(nats, guard),
              new ProjectorMetrics(registry),
              health,
              logger,
            ),
        },
        {
          provide: PROJECTION_COMMANDS,
          inject: [ControlRegistry, Projector],
          useFactory: (registry: ControlRegistry, projector: Projector) =>
            registerProjectionCommands(registry, projector) && registerParkedCommands(registry, projector),
        },
        {
          provide: ProjectorControl,
          inject: [NatsLink, ControlRegistry, LOGGER],
          useFactory: (nats: NatsLink, registry: ControlRegistry, logger: Logger) => {
            const control = new ProjectorControl(optionsOf(config), nats, logger);
            registerCommands(registry, control);
            const { audit } = control;
            registry.observe((record) => audit.record(record));
            return control;
          },
        },
        ProjectorService,
      ],
    };
  }
}

/** The log, which is not touched while another process has the name of this one. */
const onceAlone = (nats: NatsLink, guard: InstanceGuard): NatsSource => ({
  connection: nats.connection.then(async (connection) => {
    await guard.alone;
    return connection;
  }),
  onReconnect: (callback) => nats.onReconnect(callback),
});

const optionsOf = (config: ProjectorConfig) => ({
  databaseUrl: config.DATABASE_URL,
  poolSize: config.DATABASE_POOL_SIZE,
  owner: leaseOwner(instanceName(config.INSTANCE_ID)),
  leaseMs: config.LEASE_MS,
  limits: { maxEvents: config.BATCH_MAX_EVENTS, maxBytes: config.BATCH_MAX_BYTES },
  followEndMs: config.FOLLOW_END_MS,
  changesRetentionHours: config.CHANGES_RETENTION_HOURS,
  rebuild: config.REBUILD,
});
