import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { PlatformConfig } from '../config/platform-schema.js';
import { controlControllerFor } from '../control/control.controller.js';
import { ControlRegistry } from '../control/control.js';
import { HealthController } from '../health/health.controller.js';
import { HealthRegistry } from '../health/health.js';
import { createLogger, LOGGER } from '../logging/logger.js';
import { InstanceGuard } from '../control/instance-guard.js';
import { NatsLink } from '../connections/nats-link.js';
import { instanceName } from '../config/instance.js';
import { Tracing } from '../tracing/tracing.js';

export interface PlatformOptions {
  service: string;
  version: string;
  config: PlatformConfig;
  /** Subject prefix of the commands; see {@link ControlRegistry}. */
  controlPrefix: string;
}

/** The providers of every service: logger, health, metrics, tracing, commands and the NATS connection. */
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
