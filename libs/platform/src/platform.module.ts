import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { PlatformConfig } from './config.js';
import { statusControllerFor } from './control.controller.js';
import { HealthController } from './health.controller.js';
import { HealthRegistry } from './health.js';
import { createLogger } from './logger.js';
import { NatsLink } from './nats.js';
import { instanceName } from './instance.js';

/** Injection token of the process's {@link Logger}. */
export const LOGGER = Symbol('LOGGER');

export interface PlatformOptions {
  service: string;
  version: string;
  config: PlatformConfig;
  /** Subject on which the process answers for its status. */
  statusSubject: string;
}

/** What every service has: logger, health, metrics and the NATS connection. */
@Global()
@Module({})
export class PlatformModule {
  static register({ service, version, config, statusSubject }: PlatformOptions): DynamicModule {
    const instance = instanceName(config.INSTANCE_ID);
    const logger = createLogger(service, instance, config.LOG_LEVEL);
    const health = new HealthRegistry(service, instance, version);
    const registry = new Registry();
    registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: registry });
    return {
      module: PlatformModule,
      controllers: [HealthController, statusControllerFor(statusSubject)],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: HealthRegistry, useValue: health },
        { provide: Registry, useValue: registry },
        {
          provide: NatsLink,
          useFactory: () => new NatsLink(config, `${service}/${instance}`, health, logger),
        },
      ],
      exports: [LOGGER, HealthRegistry, Registry, NatsLink],
    };
  }
}
