import { Counter, Gauge, type Registry } from 'prom-client';

/** Why a stream ended. */
export type EndCause = 'client' | 'slow' | 'expired' | 'access_lost' | 'revoked' | 'failed' | 'drain';

/** Every metric of server-sent streams. */
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
      'Streams by how they began: resumed, or anew and why; of a stream of all guilds each guild counts.',
      ['start'],
    );
    this.ended = counter('streams_ended_total', 'Streams that ended, by why.', ['cause']);
    this.deliveries = counter('stream_deliveries_total', 'Events written to streams, each stream counted.', [
      'event',
    ]);
    this.refused = counter('streams_refused_total', 'Streams that did not begin.', ['code']);
  }

  /** Figures that are asked for when the metrics are read. */
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
