import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

export class WebhookMetrics {
  private figures: EndpointFigures = { leased: () => 0, failing: () => 0 };
  private readonly create = new MetricFactory(this.registry, 'relay_gateway_webhook');
  readonly attempts = this.create.counter('attempts_total', 'Delivery attempts by outcome.', ['result']);
  readonly attemptSeconds = this.create.histogram(
    'attempt_seconds',
    'Time from the start of an attempt to its response.',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  );
  readonly ageSeconds = this.create.histogram(
    'age_seconds',
    'Age of a change when a receiver has accepted it.',
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3_600, 86_400],
  );
  readonly gaps = this.create.counter('gaps_total', 'Times that changes were missing for an endpoint.');
  readonly disabled = this.create.counter('disabled_total', 'Endpoints that were disabled automatically.', [
    'reason',
  ]);

  constructor(private readonly registry: Registry) {
    this.create.gaugeAtScrape('endpoints', 'Endpoints that this replica posts to.', () =>
      this.figures.leased(),
    );
    const failing = 'Endpoints of this replica whose last attempt failed.';
    this.create.gaugeAtScrape('endpoints_failing', failing, () => this.figures.failing());
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
