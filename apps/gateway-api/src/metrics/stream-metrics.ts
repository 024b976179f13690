import { Counter, Gauge, type Registry } from 'prom-client';

/** Why a stream ended. */
export type EndCause = 'client' | 'slow' | 'expired' | 'access_lost' | 'revoked' | 'failed' | 'drain';

/** All metrics of server-sent streams. */
export class StreamMetrics {
  readonly opened: Counter<'start'>;
  readonly ended: Counter<'cause'>;
  readonly deliveries: Counter<'event'>;
  readonly refused: Counter<'code'>;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
      new Counter({ name: `relay_gateway_${name}`, help, labelNames, registers });
    this.opened = counter(
      'streams_opened_total',
      'Started streams by start: resumed, or new and why; a stream of all guilds counts each guild.',
      ['start'],
    );
    this.ended = counter('streams_ended_total', 'Ended streams by cause.', ['cause']);
    this.deliveries = counter('stream_deliveries_total', 'Events written to streams, counted per stream.', [
      'event',
    ]);
    this.refused = counter('streams_refused_total', 'Streams that could not start.', ['code']);
  }

  /** Gauges that are computed when the metrics are read. */
  watch(streams: () => number): void {
    new Gauge({
      name: 'relay_gateway_streams',
      help: 'Open streams.',
      registers: [this.registry],
      collect() {
        this.set(streams());
      },
    });
  }
}
