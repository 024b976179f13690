import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

/** Why a stream ended. */
export type EndCause = 'client' | 'slow' | 'expired' | 'access_lost' | 'revoked' | 'failed' | 'drain';

export class StreamMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_gateway');
  readonly opened = this.create.counter(
    'streams_opened_total',
    'Started streams by start: resumed, or new and why; a stream of all guilds counts each guild.',
    ['start'],
  );
  readonly ended = this.create.counter('streams_ended_total', 'Ended streams by cause.', ['cause']);
  readonly deliveries = this.create.counter(
    'stream_deliveries_total',
    'Events written to streams, counted per stream.',
    ['event'],
  );
  readonly refused = this.create.counter('streams_refused_total', 'Streams that could not start.', ['code']);

  constructor(private readonly registry: Registry) {}

  /** Gauges that are computed when the metrics are read. */
  watch(streams: () => number): void {
    this.create.gaugeAtScrape('streams', 'Open streams.', streams);
  }
}
