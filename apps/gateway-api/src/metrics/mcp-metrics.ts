import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class McpMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_gateway');
  readonly callSeconds = this.create.histogram(
    'mcp_calls_seconds',
    'Time of a call of an MCP tool.',
    SECONDS,
    ['tool', 'result'],
  );

  constructor(private readonly registry: Registry) {}
}
