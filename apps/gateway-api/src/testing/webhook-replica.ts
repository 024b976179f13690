import { randomBytes } from 'node:crypto';
import { until } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import { RelayDatabase } from '../database/relay.database.js';
import { QueueChanges } from '../queue/queue-changes.js';
import { QueueReader } from '../queue/queue-reader.js';
import { QueueSettingsStore } from '../queue/queue-settings.js';
import { ReadModelDatabase } from '../database/read-model.database.js';
import type { RetryLimits } from '../webhooks/delivery/next-step.js';
import { LeaseStore } from '../webhooks/delivery/lease-store.js';
import { DeliveredEvents } from '../webhooks/admin/delivered-events.js';
import { ManualAttempts } from '../webhooks/admin/manual-attempts.js';
import { WebhookSender } from '../webhooks/delivery/webhook-sender.js';
import type { SealingKeys } from '../webhooks/endpoint/sealing.js';
import { TargetGuard } from '../webhooks/endpoint/target-guard.js';
import { WebhookAdmin } from '../webhooks/admin/webhook-admin.js';
import { WebhookDispatcher } from '../webhooks/delivery/webhook-dispatcher.js';
import { WebhookMetrics } from '../metrics/webhook-metrics.js';
import { TcpLine } from './tcp-line.js';

export interface ReplicaOptions {
  databaseUrl: string;
  natsUrl: string;
  keys: SealingKeys;
  /** Its name; default: a unique one. */
  owner?: string;
  leaseMs?: number;
  claimedAtOnce?: number;
  limits?: Partial<RetryLimits>;
  /** Address ranges that may be posted to; default: loopback. */
  allowed?: string[];
}

export interface WebhookReplica {
  admin: WebhookAdmin;
  attempts: ManualAttempts;
  /** Endpoints that were disabled automatically. */
  disabled: string[];
  /** Stops it gracefully. */
  stop(): Promise<void>;
  /** Cuts its connection to the database permanently, so that it releases nothing, like a killed process. */
  cut(): void;
}

/** Starts the webhook part of a gateway-api, with its own database line. */
export async function startWebhookReplica(options: ReplicaOptions): Promise<WebhookReplica> {
  const line = await TcpLine.to(new URL(options.databaseUrl));
  const logger = createLogger('test', 'test', 'silent');
  const health = new HealthRegistry('test', 'test', '0');
  const readModel = new ReadModelDatabase({ url: line.url, poolSize: 3 }, health, logger);
  readModel.onModuleInit();
  const link = new NatsLink({ NATS_URL: options.natsUrl }, 'test', health, logger);
  const relay = new RelayDatabase(line.url, logger);
  const guard = new TargetGuard(options.allowed ?? ['127.0.0.0/8']);
  const sender = new WebhookSender(guard, 5_000);
  const disabled: string[] = [];
  const { keys, owner = randomBytes(4).toString('hex'), leaseMs = 15_000, claimedAtOnce = 50 } = options;
  const queue = new QueueChanges(
    readModel,
    new QueueReader(new QueueSettingsStore(relay), { threads: 100, messages: 100 }),
  );
  const ports = {
    leases: new LeaseStore(relay, owner, leaseMs),
    changes: readModel,
    relay,
    queue,
    sender,
    keys,
    limits: { firstMs: 20, maxAttempts: 12, disableAfterMs: 3_600_000, ...options.limits },
    metrics: new WebhookMetrics(new Registry()),
    logger,
    disabled: (id: string) => void disabled.push(id),
  };
  const dispatcher = new WebhookDispatcher(
    link,
    ports,
    { intervalMs: 100, claimBatch: claimedAtOnce, graceMs: 100 },
    logger,
  );
  const admin = new WebhookAdmin(relay, readModel, guard, keys, () => dispatcher.wakeUp());
  health.started();
  await until('replica ready', 20_000, () => health.ready() || undefined);
  dispatcher.start();
  return {
    admin,
    attempts: new ManualAttempts(admin, relay, new DeliveredEvents(readModel, queue), sender, keys),
    disabled,
    cut: () => line.cut(),
    stop: async () => {
      await dispatcher.stop();
      sender.close();
      await relay.close();
      await readModel.onApplicationShutdown();
      await link.drain();
      await line.close();
    },
  };
}
