import { Counter, Gauge, type Registry } from 'prom-client';

export const RECOVERED_KINDS = ['created', 'updated', 'deleted', 'reactions', 'thread'] as const;
export type RecoveredKind = (typeof RECOVERED_KINDS)[number];

/** The metrics of backfill. */
export class BackfillMetrics {
  readonly gapsOpen: Gauge;
  readonly messages: Counter<'kind'>;
  readonly requests: Counter<'status'>;
  readonly messagesRead: Counter;
  readonly channelsSkipped: Counter<'reason'>;
  readonly leftOut: Counter<'reason'>;
  readonly limitsReached: Counter<'limit'>;
  readonly droppedParts: Counter;
  readonly itemsFailing: Gauge;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.gapsOpen = new Gauge({
      name: 'relay_ingestor_gaps_open',
      help: 'Gaps whose backfill is not finished, one per guild.',
      registers,
    });
    this.messages = new Counter({
      name: 'relay_ingestor_backfill_messages_total',
      help: 'Events that backfill wrote to the log.',
      labelNames: ['kind'],
      registers,
    });
    this.messagesRead = new Counter({
      name: 'relay_ingestor_backfill_messages_read_total',
      help: 'Messages of the history that were compared with the log.',
      registers,
    });
    this.requests = new Counter({
      name: 'relay_ingestor_backfill_requests_total',
      help: 'Answers of Discord to requests of backfill.',
      labelNames: ['status'],
      registers,
    });
    this.channelsSkipped = new Counter({
      name: 'relay_ingestor_backfill_channels_skipped_total',
      help: 'Channels whose history could not be read.',
      labelNames: ['reason'],
      registers,
    });
    this.leftOut = new Counter({
      name: 'relay_ingestor_backfill_left_out_total',
      help: 'Channels, threads and messages that were left out; gap.closed names each.',
      labelNames: ['reason'],
      registers,
    });
    this.limitsReached = new Counter({
      name: 'relay_ingestor_backfill_limits_reached_total',
      help: 'Times that a configured limit cut off history, by the name of the setting.',
      labelNames: ['limit'],
      registers,
    });
    this.droppedParts = new Counter({
      name: 'relay_ingestor_backfill_dropped_parts_total',
      help: 'Parts of the history left out of an event, and texts that were truncated.',
      registers,
    });
    this.itemsFailing = new Gauge({
      name: 'relay_ingestor_backfill_items_failing',
      help: 'Channels and messages of open gaps that failed and will be tried again.',
      registers,
    });
  }

  /** Reads the age of the oldest open gap at every scrape. */
  watchOldestGap(openForMs: () => number): void {
    this.watch(
      'relay_ingestor_gap_oldest_open_seconds',
      'Age of the oldest open gap; 0 while there is none.',
      () => openForMs() / 1_000,
    );
  }

  /** Reads the number of unfinished channels at every scrape. */
  watchChannels(remaining: () => number): void {
    this.watch(
      'relay_ingestor_backfill_channels_remaining',
      'Channels of open gaps that are not finished.',
      remaining,
    );
  }

  /** A gauge that reads its value at every scrape. A later run in the same process replaces the one of an earlier run. */
  private watch(name: string, help: string, read: () => number): void {
    this.registry.removeSingleMetric(name);
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
