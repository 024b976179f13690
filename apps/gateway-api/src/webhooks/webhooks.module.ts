import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { InstanceGuard, instanceName, LOGGER, type Logger, NatsLink } from '@discord-relay/platform';
import { AuditLog } from '../auth/audit/audit-log.js';
import { RelayDatabase } from '../database/relay.database.js';
import type { GatewayApiConfig } from '../config.js';
import { QueueChanges } from '../queue/queue-changes.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import type { RunnerPorts } from './delivery/endpoint-runner.js';
import { LeaseStore } from './delivery/lease-store.js';
import { ManualAttempts } from './admin/manual-attempts.js';
import { WebhookSender } from './delivery/webhook-sender.js';
import type { SealingKeys } from './endpoint/sealing.js';
import { TargetGuard } from './endpoint/target-guard.js';
import { WebhookAdmin } from './admin/webhook-admin.js';
import { WebhookDispatcher } from './delivery/webhook-dispatcher.js';
import { WebhookMetrics } from '../metrics/webhook-metrics.js';
import { type WebhookParts, Webhooks } from './webhooks.js';

/** Longer than a busy process or a short database outage delays a renewal. */
const LEASE_MS = 10_000;
const TIMES = { intervalMs: 2_000, claimBatch: 50, graceMs: 5_000 };
const HOUR_MS = 3_600_000;

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
    const keys = config.WEBHOOK_KEY;
    const parts = keys && createParts(config, keys, { readModel, queue, link, audit, metrics, logger });
    return new Webhooks(parts, audit, alone);
  };

interface Surroundings {
  readModel: ReadModelDatabase;
  queue: QueueChanges;
  link: NatsLink;
  audit: AuditLog;
  metrics: WebhookMetrics;
  logger: Logger;
}

function createParts(config: GatewayApiConfig, keys: SealingKeys, around: Surroundings): WebhookParts {
  const { readModel, queue, link, audit, metrics, logger } = around;
  // Has its own connections, so that log-ins and revocations do not wait for deliveries.
  const relay = new RelayDatabase(config.DATABASE_URL, logger);
  const guard = new TargetGuard(config.WEBHOOK_ALLOW_PRIVATE);
  const sender = new WebhookSender(guard, config.WEBHOOK_TIMEOUT_MS);
  const ports: RunnerPorts = {
    leases: new LeaseStore(relay, instanceName(config.INSTANCE_ID), LEASE_MS),
    changes: readModel,
    relay,
    queue,
    sender,
    keys,
    limits: {
      firstMs: config.WEBHOOK_RETRY_FIRST_MS,
      maxAttempts: config.WEBHOOK_MAX_ATTEMPTS,
      disableAfterMs: config.WEBHOOK_DISABLE_AFTER_HOURS * HOUR_MS,
    },
    metrics,
    logger,
    disabled: (target, reason) => {
      metrics.disabled.inc({ reason });
      audit.record({ action: 'webhook.disabled', target });
    },
  };
  const dispatcher = new WebhookDispatcher(link, ports, TIMES, logger);
  const admin = new WebhookAdmin(relay, readModel, guard, keys, () => dispatcher.wakeUp());
  const attempts = new ManualAttempts(admin, relay, readModel, sender, keys, queue);
  return { admin, attempts, dispatcher, sender, relay };
}
