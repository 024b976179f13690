import { createLogger } from '@discord-relay/platform';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { requestLog } from '../../../apps/gateway-api/src/http/server/request-log.js';
import { AuthMetrics } from '../../../apps/gateway-api/src/metrics/auth-metrics.js';
import { EventStreamMetrics } from '../../../apps/gateway-api/src/metrics/event-stream-metrics.js';
import { LiveMetrics } from '../../../apps/gateway-api/src/metrics/live-metrics.js';
import { McpMetrics } from '../../../apps/gateway-api/src/metrics/mcp-metrics.js';
import { QueueMetrics } from '../../../apps/gateway-api/src/metrics/queue-metrics.js';
import { ReplayMetrics } from '../../../apps/gateway-api/src/metrics/replay-metrics.js';
import { StreamMetrics } from '../../../apps/gateway-api/src/metrics/stream-metrics.js';
import { ExportMetrics } from '../../../apps/gateway-api/src/metrics/export-metrics.js';
import { WebhookMetrics } from '../../../apps/gateway-api/src/metrics/webhook-metrics.js';
import { IngestorMetrics } from '../../../apps/ingestor/src/metrics/ingestor-metrics.js';
import { ProjectorMetrics } from '../../../apps/projector/src/metrics.js';

/** What prom-client knows about a metric; its types leave the labels out. */
interface Described {
  name: string;
  labelNames: readonly string[];
}

const zero = () => 0;

function registerGateway(registry: Registry): void {
  const live = new LiveMetrics(registry);
  live.watch({ sockets: zero, rooms: zero, guilds: zero });
  live.watchUnauthenticated(zero);
  new StreamMetrics(registry).watch(zero);
  new EventStreamMetrics(registry).watch(zero);
  new ReplayMetrics(registry).watch(zero);
  new AuthMetrics(registry);
  new McpMetrics(registry);
  new ExportMetrics(registry);
  new WebhookMetrics(registry);
  const logger = createLogger('catalogue', 'catalogue', 'silent');
  new QueueMetrics(registry, logger);
  requestLog(registry, logger);
}

function registerIngestor(registry: Registry): void {
  const metrics = new IngestorMetrics(registry);
  metrics.watchQueue({ length: 0, inFlight: 0, lagMs: zero });
  metrics.watchSpool({ spoolEvents: 0, spoolBytes: 0, spoolState: 'off' }, ['off']);
  metrics.backfill.watchOldestGap(zero);
  metrics.backfill.watchChannels(zero);
}

/** The labels of every metric of every service by the metric's name, without those that every metric has. */
export function metricsCatalogue(): Map<string, readonly string[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerGateway(registry);
  registerIngestor(registry);
  new ProjectorMetrics(registry);
  const described = registry.getMetricsAsArray() as unknown as Described[];
  return new Map(described.map(({ name, labelNames }) => [name, labelNames]));
}
