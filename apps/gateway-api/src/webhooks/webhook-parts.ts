import { instanceName, type Logger, type NatsLink } from '@discord-relay/platform';
import type { AuditLog } from '../auth/audit/audit-log.js';
import type { GatewayApiConfig } from '../config.js';
import type { ReadModelDatabase } from '../database/read-model.database.js';
import { RelayDatabase } from '../database/relay.database.js';
import type { WebhookMetrics } from '../metrics/webhook-metrics.js';
import type { QueueChanges } from '../queue/queue-changes.js';
import { DeliveredEvents } from './admin/delivered-events.js';
import { ManualAttempts } from './admin/manual-attempts.js';
import { WebhookAdmin } from './admin/webhook-admin.js';
import type { RunnerPorts } from './delivery/endpoint-runner.js';
import { LeaseStore } from './delivery/lease-store.js';
import { WebhookDispatcher } from './delivery/webhook-dispatcher.js';
import { WebhookSender } from './delivery/webhook-sender.js';
import { TargetGuard } from './endpoint/target-guard.js';
import type { WebhookParts } from './webhooks.js';

/** Longer than a busy process or a short database outage delays a renewal. */
const LEASE_MS = 10_000;
const TIMES = { intervalMs: 2_000, claimBatch: 50, graceMs: 5_000 };
const HOUR_MS = 3_600_000;

interface Surroundings {
  readModel: ReadModelDatabase;
  queue: QueueChanges;
  link: NatsLink;
  audit: AuditLog;
  metrics: WebhookMetrics;
  logger: Logger;
}

/** Opens the connections of the webhooks; undefined when they are not configured. */
export function createWebhookParts(config: GatewayApiConfig, around: Surroundings): WebhookParts | undefined {
  const { readModel, queue, link, audit, metrics, logger } = around;
  const keys = config.WEBHOOK_KEY;
  if (!keys) return undefined;
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
  const delivered = new DeliveredEvents(readModel, queue);
  const attempts = new ManualAttempts(admin, relay, delivered, sender, keys);
  return { admin, attempts, dispatcher, sender, relay };
}
