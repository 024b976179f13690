import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
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
  readonly dispatches: Counter<'type'>;
  readonly skipped: Counter<'reason' | 'type'>;
  readonly droppedParts: Counter<'type'>;
  readonly published: Counter<'type'>;
  readonly duplicates: Counter;
  readonly ephemeralDropped: Counter;
  readonly retries: Counter;
  readonly tooLarge: Counter;
  readonly abandoned: Counter;
  readonly pauses: Counter;
  readonly ackSeconds: Histogram;
  readonly spoolSyncSeconds: Histogram;
  readonly shardState: Gauge<'shard' | 'state'>;
  readonly sessionSequence: Gauge<'shard'>;
  readonly sessionsLost: Counter;
  readonly sessionsGivenUp: Counter<'reason'>;
  readonly resumes: Counter;
  readonly identifies: Counter;
  readonly memberListsAbandoned: Counter<'reason'>;
  readonly lastDispatch: Gauge;
  readonly shardAlert: Gauge<'shard'>;
  readonly identifyRemaining: Gauge;
  readonly silentShards: Counter;
  readonly contentMissing: Gauge;
  readonly leaseChanges: Counter<'change'>;
  readonly mediaLinks: Counter<'result'>;
  readonly backfill: BackfillMetrics;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.backfill = new BackfillMetrics(registry);
    const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
      new Counter<L>({ name: `relay_ingestor_${name}`, help, labelNames, registers });
    const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
      new Gauge<L>({ name: `relay_ingestor_${name}`, help, labelNames, registers });
    const histogram = (name: string, help: string) =>
      new Histogram({ name: `relay_ingestor_${name}`, help, buckets: WRITE_SECONDS, registers });

    this.dispatches = counter('dispatches_total', 'Dispatches received from Discord.', ['type']);
    this.skipped = counter('skipped_total', 'Dispatches that produced no event.', ['reason', 'type']);
    const dropped =
      'Attachments, embeds, channels or fields left out of an event, and texts that were truncated.';
    this.droppedParts = counter('dropped_parts_total', dropped, ['type']);
    this.published = counter('events_published_total', 'Events acknowledged by JetStream.', ['type']);
    this.duplicates = counter('publish_duplicates_total', 'Events that the log already had.');
    const unsent = 'Presence and typing events that were not sent.';
    this.ephemeralDropped = counter('ephemeral_dropped_total', unsent);
    this.retries = counter('publish_retries_total', 'Events sent again because no acknowledgement arrived.');
    this.tooLarge = counter('publish_too_large_total', 'Events larger than the server accepts.');
    this.abandoned = counter('publish_abandoned_total', 'Events dropped: another replica has their shard.');
    const paused = 'Times that reading from Discord paused because the log fell behind.';
    this.pauses = counter('read_pauses_total', paused);
    this.ackSeconds = histogram(
      'publish_ack_seconds',
      'Time from sending a batch of events to its acknowledgement.',
    );
    this.spoolSyncSeconds = histogram(
      'spool_fsync_seconds',
      'Time to make a batch of spooled events durable.',
    );
    this.shardState = gauge('shard_state', '1 for the current state of a shard.', ['shard', 'state']);
    this.sessionSequence = gauge('session_sequence', 'Sequence up to which every dispatch is in the log.', [
      'shard',
    ]);
    this.sessionsLost = counter('sessions_lost_total', 'Sessions that Discord refused to resume.');
    const givenUp = 'Sessions that were given up although Discord did not end them.';
    this.sessionsGivenUp = counter('sessions_given_up_total', givenUp, ['reason']);
    this.resumes = counter('resumes_total', 'Sessions resumed.');
    this.identifies = counter('identifies_total', 'Sessions started by an identify.');
    const failing = '1 while a shard has failed to connect at least five times in a row.';
    this.shardAlert = gauge('shard_alert', failing, ['shard']);
    this.identifyRemaining = gauge('identify_remaining', "Identifies left in Discord's daily budget.");
    this.silentShards = counter('silent_shards_total', 'Reconnections because a shard was silent too long.');
    this.contentMissing = gauge(
      'message_content_missing',
      '1 while Discord seems to withhold message content (MESSAGE_CONTENT not granted).',
    );
    const changes = 'Shard leases taken, handed over and lost.';
    this.leaseChanges = counter('shard_lease_changes_total', changes, ['change']);
    const abandoned =
      'Member lists that arrived incomplete: members who are missing from them are not treated as gone.';
    const links = 'Requests for fresh addresses of attachments.';
    this.mediaLinks = counter('media_link_requests_total', links, ['result']);
    this.memberListsAbandoned = counter('member_lists_given_up_total', abandoned, ['reason']);
    this.lastDispatch = gauge(
      'last_dispatch_timestamp_seconds',
      'When the last dispatch arrived (Unix time).',
    );
  }

  countAbandonedLists(reasons: readonly AbandonedListReason[]): void {
    for (const reason of reasons) this.memberListsAbandoned.inc({ reason });
  }

  /** Reads the queue's figures whenever metrics are scraped. */
  watchQueue(queue: QueueFigures): void {
    this.gaugeAtScrape(
      'publish_in_flight',
      'Events that are sent and not yet acknowledged.',
      () => queue.inFlight,
    );
    this.gaugeAtScrape('publish_queue_length', 'Unacknowledged events, sent or not.', () => queue.length);
    this.gaugeAtScrape(
      'publish_lag_seconds',
      'Age of the oldest unacknowledged event.',
      () => queue.lagMs(serverClock.now()) / 1_000,
    );
  }

  /** Reads the spool's figures whenever metrics are scraped. */
  watchSpool(spool: SpoolFigures, states: readonly string[]): void {
    this.gaugeAtScrape('spool_events', 'Events on disk that are not in the log.', () => spool.spoolEvents);
    this.gaugeAtScrape('spool_bytes', 'Size of the spool on disk.', () => spool.spoolBytes);
    this.registry.removeSingleMetric('relay_ingestor_spool_state');
    new Gauge({
      name: 'relay_ingestor_spool_state',
      help: '1 for the current state of the spool.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        for (const state of states) this.set({ state }, state === spool.spoolState ? 1 : 0);
      },
    });
  }

  /** A gauge that reads its value at every scrape. A later run in the same process replaces the gauge of an earlier one. */
  private gaugeAtScrape(key: string, help: string, read: () => number): void {
    const name = `relay_ingestor_${key}`;
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
