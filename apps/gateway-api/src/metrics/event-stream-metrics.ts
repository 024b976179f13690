import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

/** How an event stream ended. */
export type EventStreamOutcome = 'complete' | 'client' | 'slow' | 'failed';

/** All metrics of the event stream. */
export class EventStreamMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_gateway');
  readonly events = this.create.counter('event_stream_events_total', 'Events of the log that were sent.');
  readonly ended = this.create.counter('event_streams_ended_total', 'Ended event streams by outcome.', [
    'outcome',
  ]);
  readonly refused = this.create.counter(
    'event_streams_refused_total',
    'Event streams that could not start.',
    ['code'],
  );

  constructor(private readonly registry: Registry) {}

  /** Gauges that are computed when the metrics are read. */
  watch(streams: () => number): void {
    this.create.gaugeAtScrape('event_streams', 'Open event streams.', streams);
  }
}
