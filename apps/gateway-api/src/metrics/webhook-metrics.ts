import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** All metrics of webhooks. */
export class WebhookMetrics {
  readonly attempts: Counter<'result'>;
  readonly attemptSeconds: Histogram;
  readonly ageSeconds: Histogram;
  readonly gaps: Counter;
  readonly disabled: Counter<'reason'>;
  private figures: EndpointFigures = { leased: () => 0, failing: () => 0 };

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
      new Counter({ name: `relay_gateway_webhook_${name}`, help, labelNames, registers });
    const seconds = (name: string, help: string, buckets: number[]) =>
      new Histogram({ name: `relay_gateway_webhook_${name}`, help, buckets, registers });
    this.attempts = counter('attempts_total', 'Delivery attempts by outcome.', ['result']);
    this.attemptSeconds = seconds(
      'attempt_seconds',
      'Time from the start of an attempt to its response.',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    );
    this.ageSeconds = seconds(
      'age_seconds',
      'Age of a change when a receiver has accepted it.',
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3_600, 86_400],
    );
    this.gaps = counter('gaps_total', 'Times that changes were missing for an endpoint.', []);
    this.disabled = counter('disabled_total', 'Endpoints that were disabled automatically.', ['reason']);
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name: `relay_gateway_webhook_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('endpoints', 'Endpoints that this replica posts to.', () => this.figures.leased());
    gauge('endpoints_failing', 'Endpoints of this replica whose last attempt failed.', () =>
      this.figures.failing(),
    );
  }

  /** Gauges that are computed when the metrics are read; absent unless webhooks are on. */
  watch(figures: EndpointFigures): void {
    this.figures = figures;
  }
}

interface EndpointFigures {
  leased: () => number;
  failing: () => number;
}
