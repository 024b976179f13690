import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

/** All metrics of replays over Socket.IO. */
export class ReplayMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_gateway');
  readonly started = this.create.counter('replays_started_total', 'Replays that were started.');
  readonly ended = this.create.counter('replays_ended_total', 'Ended replays by outcome.', ['outcome']);
  readonly refused = this.create.counter('replays_refused_total', 'Replays that could not start.', ['code']);

  constructor(private readonly registry: Registry) {}

  /** Gauges that are computed when the metrics are read. */
  watch(replays: () => number): void {
    this.create.gaugeAtScrape('replays', 'Replays that are running or paused.', replays);
  }
}
