import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

/** Exports over HTTP. */
export class ExportMetrics {
  private running = (): number => 0;
  private readonly create = new MetricFactory(this.registry, 'relay_gateway_exports');
  readonly ended = this.create.counter('ended_total', 'Exports that ended at this replica, by state.', [
    'state',
  ]);
  readonly interrupted = this.create.counter(
    'interrupted_total',
    'Exports that this replica returned to the queue: an error that passes, a lost lease, or a stop.',
  );
  readonly refused = this.create.counter(
    'refused_total',
    'Requests for exports that were refused, by code.',
    ['code'],
  );
  readonly rows = this.create.counter('rows_total', 'Messages in complete files.');
  readonly bytes = this.create.counter('bytes_total', 'Size of complete files.');
  readonly downloads = this.create.counter('downloads_total', 'Downloads of files that began.');
  readonly seconds = this.create.histogram(
    'seconds',
    'Time that the last attempt of an export took.',
    [1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400],
  );

  constructor(private readonly registry: Registry) {
    this.create.gaugeAtScrape('running', 'Exports that this replica writes.', () => this.running());
  }

  /** The gauge that is computed when the metrics are read. */
  watch(running: () => number): void {
    this.running = running;
  }
}
