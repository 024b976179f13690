import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';
import { BackfillMetrics } from './backfill-metrics.js';
import type { AbandonedListReason } from '../normalize/context/member-list-collector.js';
import { serverClock } from '../support/server-clock.js';

export interface QueueFigures {
  readonly length: number;
  readonly inFlight: number;
  lagMs(nowMs: number): number;
}

export interface SpoolFigures {
  readonly spoolEvents: number;
  readonly spoolBytes: number;
  readonly spoolState: string;
}

/** Buckets of the time that a write to the log or to the disk takes, in seconds. */
const WRITE_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** The ingestor's metrics. Labels are bounded: dispatch types are Discord's names or `unknown`. */
export class IngestorMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_ingestor');
  readonly backfill = new BackfillMetrics(this.registry);
  readonly dispatches = this.create.counter('dispatches_total', 'Dispatches received from Discord.', [
    'type',
  ]);
  readonly skipped = this.create.counter('skipped_total', 'Dispatches that produced no event.', [
    'reason',
    'type',
  ]);
  readonly droppedParts = this.create.counter(
    'dropped_parts_total',
    'Attachments, embeds, channels or fields left out of an event, and texts that were truncated.',
    ['type'],
  );
  readonly published = this.create.counter('events_published_total', 'Events acknowledged by JetStream.', [
    'type',
  ]);
  readonly duplicates = this.create.counter('publish_duplicates_total', 'Events that the log already had.');
  readonly ephemeralDropped = this.create.counter(
    'ephemeral_dropped_total',
    'Presence and typing events that were not sent.',
  );
  readonly retries = this.create.counter(
    'publish_retries_total',
    'Events sent again because no acknowledgement arrived.',
  );
  readonly tooLarge = this.create.counter(
    'publish_too_large_total',
    'Events larger than the server accepts.',
  );
  readonly abandoned = this.create.counter(
    'publish_abandoned_total',
    'Events dropped: another replica has their shard.',
  );
  readonly pauses = this.create.counter(
    'read_pauses_total',
    'Times that reading from Discord paused because the log fell behind.',
  );
  readonly ackSeconds = this.create.histogram(
    'publish_ack_seconds',
    'Time from sending a batch of events to its acknowledgement.',
    WRITE_SECONDS,
  );
  readonly spoolSyncSeconds = this.create.histogram(
    'spool_fsync_seconds',
    'Time to make a batch of spooled events durable.',
    WRITE_SECONDS,
  );
  readonly shardState = this.create.gauge('shard_state', '1 for the current state of a shard.', [
    'shard',
    'state',
  ]);
  readonly sessionSequence = this.create.gauge(
    'session_sequence',
    'Sequence up to which every dispatch is in the log.',
    ['shard'],
  );
  readonly sessionsLost = this.create.counter(
    'sessions_lost_total',
    'Sessions that Discord refused to resume.',
  );
  readonly sessionsGivenUp = this.create.counter(
    'sessions_given_up_total',
    'Sessions that were given up although Discord did not end them.',
    ['reason'],
  );
  readonly resumes = this.create.counter('resumes_total', 'Sessions resumed.');
  readonly identifies = this.create.counter('identifies_total', 'Sessions started by an identify.');
  readonly shardAlert = this.create.gauge(
    'shard_alert',
    '1 while a shard has failed to connect at least five times in a row.',
    ['shard'],
  );
  readonly identifyRemaining = this.create.gauge(
    'identify_remaining',
    "Identifies left in Discord's daily budget.",
  );
  readonly silentShards = this.create.counter(
    'silent_shards_total',
    'Reconnections because a shard was silent too long.',
  );
  readonly contentMissing = this.create.gauge(
    'message_content_missing',
    '1 while Discord seems to withhold message content (MESSAGE_CONTENT not granted).',
  );
  readonly leaseChanges = this.create.counter(
    'shard_lease_changes_total',
    'Shard leases taken, handed over and lost.',
    ['change'],
  );
  readonly mediaLinks = this.create.counter(
    'media_link_requests_total',
    'Requests for fresh addresses of attachments.',
    ['result'],
  );
  readonly memberListsAbandoned = this.create.counter(
    'member_lists_given_up_total',
    'Member lists that arrived incomplete: members who are missing from them are not treated as gone.',
    ['reason'],
  );
  readonly lastDispatch = this.create.gauge(
    'last_dispatch_timestamp_seconds',
    'When the last dispatch arrived (Unix time).',
  );

  constructor(private readonly registry: Registry) {}

  countAbandonedLists(reasons: readonly AbandonedListReason[]): void {
    for (const reason of reasons) this.memberListsAbandoned.inc({ reason });
  }

  /** Reads the queue's figures whenever metrics are scraped. */
  watchQueue(queue: QueueFigures): void {
    this.create.gaugeAtScrape(
      'publish_in_flight',
      'Events that are sent and not yet acknowledged.',
      () => queue.inFlight,
    );
    this.create.gaugeAtScrape(
      'publish_queue_length',
      'Unacknowledged events, sent or not.',
      () => queue.length,
    );
    this.create.gaugeAtScrape(
      'publish_lag_seconds',
      'Age of the oldest unacknowledged event.',
      () => queue.lagMs(serverClock.now()) / 1_000,
    );
  }

  /** Reads the spool's figures whenever metrics are scraped. */
  watchSpool(spool: SpoolFigures, states: readonly string[]): void {
    this.create.gaugeAtScrape(
      'spool_events',
      'Events on disk that are not in the log.',
      () => spool.spoolEvents,
    );
    this.create.gaugeAtScrape('spool_bytes', 'Size of the spool on disk.', () => spool.spoolBytes);
    const state = '1 for the current state of the spool.';
    this.create.stateAtScrape('spool_state', state, states, () => spool.spoolState);
  }
}
