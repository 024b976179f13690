import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

export const RECOVERED_KINDS = ['created', 'updated', 'deleted', 'reactions', 'thread'] as const;
export type RecoveredKind = (typeof RECOVERED_KINDS)[number];

export class BackfillMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_ingestor');
  readonly gapsOpen = this.create.gauge('gaps_open', 'Gaps whose backfill is not finished, one per guild.');
  readonly messages = this.create.counter(
    'backfill_messages_total',
    'Events that backfill wrote to the log.',
    ['kind'],
  );
  readonly messagesRead = this.create.counter(
    'backfill_messages_read_total',
    'Messages of the history that were compared with the log.',
  );
  readonly requests = this.create.counter(
    'backfill_requests_total',
    'Answers of Discord to requests of backfill.',
    ['status'],
  );
  readonly channelsSkipped = this.create.counter(
    'backfill_channels_skipped_total',
    'Channels whose history could not be read.',
    ['reason'],
  );
  readonly leftOut = this.create.counter(
    'backfill_left_out_total',
    'Channels, threads and messages that were left out; gap.closed names each.',
    ['reason'],
  );
  readonly limitsReached = this.create.counter(
    'backfill_limits_reached_total',
    'Times that a configured limit cut off history, by the name of the setting.',
    ['limit'],
  );
  readonly droppedParts = this.create.counter(
    'backfill_dropped_parts_total',
    'Parts of the history left out of an event, and texts that were truncated.',
  );
  readonly itemsFailing = this.create.gauge(
    'backfill_items_failing',
    'Channels and messages of open gaps that failed and will be tried again.',
  );

  constructor(private readonly registry: Registry) {}

  /** Reads the age of the oldest open gap at every scrape. */
  watchOldestGap(openForMs: () => number): void {
    this.create.gaugeAtScrape(
      'gap_oldest_open_seconds',
      'Age of the oldest open gap; 0 while there is none.',
      () => openForMs() / 1_000,
    );
  }

  /** Reads the number of unfinished channels at every scrape. */
  watchChannels(remaining: () => number): void {
    this.create.gaugeAtScrape(
      'backfill_channels_remaining',
      'Channels of open gaps that are not finished.',
      remaining,
    );
  }
}
