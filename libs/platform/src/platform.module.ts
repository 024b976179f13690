import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { PlatformConfig } from './config.js';
import { controlControllerFor } from './control.controller.js';
import { ControlRegistry } from './control.js';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health.js';
import { createLogger, LOGGER } from './logger.js';
import { InstanceGuard } from './instance-guard.js';
import { NatsLink } from './nats.js';
import { instanceName } from './instance.js';
import { Tracing } from './tracing.js';

export interface PlatformOptions {
  service: string;
  version: string;
  config: PlatformConfig;
  /** Subject below which the process takes commands; see {@link ControlRegistry}. */
  controlPrefix: string;
}

/** What every service has: logger, health, metrics and the NATS connection. */
@Global()
@Module({})
export class PlatformModule {
  static register({ service, version, config, controlPrefix }: PlatformOptions): DynamicModule {
    const instance = instanceName(config.INSTANCE_ID);
    const logger = createLogger(service, instance, config.LOG_LEVEL);
    const health = new HealthRegistry(service, instance, version);
    const registry = new Registry();
    registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: registry });
    return {
      module: PlatformModule,
      controllers: [HealthController, controlControllerFor(controlPrefix)],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: HealthRegistry, useValue: health },
        { provide: Registry, useValue: registry },
        {
          provide: Tracing,
          useFactory: () => Tracing.start(config, { service, instance, version }, logger),
        },
        { provide: ControlRegistry, useValue: new ControlRegistry(instance, logger) },
        {
          provide: NatsLink,
          useFactory: () => new NatsLink(config, `${service}/${instance}`, health, logger),
        },
        {
          provide: InstanceGuard,
          inject: [NatsLink],
          useFactory: (link: NatsLink) => new InstanceGuard(link, `${controlPrefix}.status`, health, logger),
        },
      ],
      exports: [LOGGER, HealthRegistry, Registry, ControlRegistry, NatsLink, InstanceGuard],
    };
  }
}
