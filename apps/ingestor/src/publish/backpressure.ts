import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import type { LogPublisher } from './log-publisher.js';

/** Reports when events arrive faster than a healthy log accepts them, and when that is over. */
export class Backpressure {
  onChange: (backpressured: boolean) => void = () => undefined;
  private backpressured = false;
  private isDirect = true;

  constructor(
    private readonly publisher: LogPublisher,
    private readonly queueMax: number,
    private readonly metrics: IngestorMetrics,
  ) {}

  /** @param isDirect whether events go to the publisher without the disk */
  update(isDirect: boolean): void {
    this.isDirect = isDirect;
    const { publisher, queueMax } = this;
    const isHealthy = isDirect && publisher.failure === undefined;
    const backpressured = isHealthy && publisher.length > queueMax / (this.backpressured ? 4 : 2);
    if (backpressured === this.backpressured) return;
    this.backpressured = backpressured;
    this.onChange(backpressured);
    if (!backpressured) return;
    this.metrics.pauses.inc();
    void publisher.whenAtMost(queueMax / 4).then(() => this.update(this.isDirect));
  }
}
