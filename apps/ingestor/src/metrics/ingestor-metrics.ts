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

/** What the ingestor counts. Labels are bounded: dispatch types are Discord's names or `unknown`. */
export class IngestorMetrics {
  readonly dispatches: Counter<'type'>;
  readonly skipped: Counter<'reason' | 'type'>;
  readonly droppedParts: Counter<'type'>;
  readonly published: Counter<'type'>;
  readonly duplicates: Counter;
  readonly ephemeralDropped: Counter;
  readonly retries: Counter;
  readonly tooLarge: Counter;
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
  readonly backfill: BackfillMetrics;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.backfill = new BackfillMetrics(registry);
    const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
      new Counter<L>({ name: `relay_ingestor_${name}`, help, labelNames, registers });
    const gauge = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
      new Gauge<L>({ name: `relay_ingestor_${name}`, help, labelNames, registers });

    this.dispatches = counter('dispatches_total', 'Dispatches received from Discord.', ['type']);
    this.skipped = counter('skipped_total', 'Dispatches that became no event.', ['reason', 'type']);
    this.droppedParts = counter(
      'dropped_parts_total',
      'Attachments, embeds, channels or fields left out of an event, and texts that were cut.',
      ['type'],
    );
    this.published = counter('events_published_total', 'Events acknowledged by JetStream.', ['type']);
    this.duplicates = counter('publish_duplicates_total', 'Events that the log says it had already.');
    this.ephemeralDropped = counter('ephemeral_dropped_total', 'Presence and typing not sent.');
    this.retries = counter('publish_retries_total', 'Events sent again because no acknowledgement came.');
    this.tooLarge = counter('publish_too_large_total', 'Events over the largest message the server takes.');
    this.pauses = counter('read_pauses_total', 'Times reading from Discord waited for the log.');
    this.ackSeconds = new Histogram({
      name: 'relay_ingestor_publish_ack_seconds',
      help: 'From sending a batch of events to its acknowledgement.',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.spoolSyncSeconds = new Histogram({
      name: 'relay_ingestor_spool_fsync_seconds',
      help: 'How long it took to make a batch of spooled events durable.',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
    this.shardState = gauge('shard_state', '1 for the state a shard is in.', ['shard', 'state']);
    this.sessionSequence = gauge('session_sequence', 'Sequence up to which all is in the log.', ['shard']);
    this.sessionsLost = counter('sessions_lost_total', 'Sessions that Discord refused to resume.');
    const givenUp = 'Sessions that were given up though Discord did not end them.';
    this.sessionsGivenUp = counter('sessions_given_up_total', givenUp, ['reason']);
    this.resumes = counter('resumes_total', 'Sessions resumed.');
    this.identifies = counter('identifies_total', 'Sessions begun anew.');
    this.shardAlert = gauge('shard_alert', '1 while a shard has failed to connect five times or more.', [
      'shard',
    ]);
    this.identifyRemaining = gauge('identify_remaining', "Identifies left of Discord's day.");
    this.silentShards = counter('silent_shards_total', 'Connections renewed because they were too silent.');
    this.contentMissing = gauge('message_content_missing', '1 while MESSAGE_CONTENT seems not granted.');
    this.leaseChanges = counter('shard_lease_changes_total', 'Shards taken, handed over and lost.', [
      'change',
    ]);
    this.memberListsAbandoned = counter(
      'member_lists_given_up_total',
      'Lists of members that did not come whole: who is not in them is not taken for gone.',
      ['reason'],
    );
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
    this.gaugeAtScrape('publish_in_flight', 'Events sent and not yet acknowledged.', () => queue.inFlight);
    this.gaugeAtScrape(
      'publish_queue_length',
      'Events not yet acknowledged, sent or not.',
      () => queue.length,
    );
    this.gaugeAtScrape(
      'publish_lag_seconds',
      'Age of the oldest event that is not acknowledged.',
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
      help: '1 for the state the spool is in.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        for (const state of states) this.set({ state }, state === spool.spoolState ? 1 : 0);
      },
    });
  }

  /** What is watched anew takes the place of what was watched before. */
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
