import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { InstanceGuard, LOGGER, type Logger, NatsLink } from '@discord-relay/platform';
import { AuditLog } from '../auth/audit/audit-log.js';
import type { GatewayApiConfig } from '../config.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import { WebhookMetrics } from '../metrics/webhook-metrics.js';
import { QueueChanges } from '../queue/queue-changes.js';
import { createWebhookParts } from './webhook-parts.js';
import { Webhooks } from './webhooks.js';

/** Posts events to endpoints that admins register. Needs {@link ReadModelDatabase} and {@link AuditLog} to be global. */
@Module({})
export class WebhooksModule {
  static register(config: GatewayApiConfig): DynamicModule {
    return {
      module: WebhooksModule,
      providers: [
        {
          provide: Webhooks,
          useFactory: createWebhooks(config),
          inject: [ReadModelDatabase, QueueChanges, NatsLink, AuditLog, Registry, LOGGER, InstanceGuard],
        },
      ],
      exports: [Webhooks],
    };
  }
}

const createWebhooks =
  (config: GatewayApiConfig) =>
  (
    readModel: ReadModelDatabase,
    queue: QueueChanges,
    link: NatsLink,
    audit: AuditLog,
    registry: Registry,
    logger: Logger,
    { nameIsUnique: alone }: InstanceGuard,
  ): Webhooks => {
    const metrics = new WebhookMetrics(registry);
    const parts = createWebhookParts(config, { readModel, queue, link, audit, metrics, logger });
    return new Webhooks(parts, audit, alone);
  };
