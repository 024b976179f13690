import { Counter, Gauge, type Registry } from 'prom-client';

export const RECOVERED_KINDS = ['created', 'updated', 'deleted', 'reactions', 'thread'] as const;
export type RecoveredKind = (typeof RECOVERED_KINDS)[number];

/** What backfill counts. */
export class BackfillMetrics {
  readonly gapsOpen: Gauge;
  readonly messages: Counter<'kind'>;
  readonly requests: Counter<'status'>;
  readonly channelsSkipped: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.gapsOpen = new Gauge({
      name: 'relay_ingestor_gaps_open',
      help: 'Gaps whose backfill is not finished, one per server.',
      registers,
    });
    this.messages = new Counter({
      name: 'relay_ingestor_backfill_messages_total',
      help: 'What backfill put into the log.',
      labelNames: ['kind'],
      registers,
    });
    this.requests = new Counter({
      name: 'relay_ingestor_backfill_requests_total',
      help: 'Answers of Discord to backfill.',
      labelNames: ['status'],
      registers,
    });
    this.channelsSkipped = new Counter({
      name: 'relay_ingestor_backfill_channels_skipped_total',
      help: 'Channels whose history could not be read.',
      labelNames: ['reason'],
      registers,
    });
  }
}
