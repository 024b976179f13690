import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of the projector. */
export class ProjectorMetrics {
  readonly events: Counter<'type'>;
  readonly batches: Counter;
  readonly batchEvents: Histogram;
  readonly commitSeconds: Histogram;
  readonly logToCommitSeconds: Histogram;
  readonly lagEvents: Gauge<'partition'>;
  readonly lagSeconds: Gauge<'partition'>;
  readonly replayRate: Gauge;
  readonly replayRemainingSeconds: Gauge;
  readonly checkpointSeq: Gauge<'partition'>;
  readonly partitionsOwned: Gauge;
  readonly skipped: Counter<'reason'>;
  readonly parked: Counter<'code'>;
  readonly parkedNow: Gauge;
  readonly parkedOldestSeconds: Gauge;
  readonly changes: Counter<'kind'>;
  readonly fenceConflicts: Counter;
  readonly consumerStalls: Counter;
  readonly announceFailures: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const counter = <L extends string = never>(name: string, help: string, ...labelNames: L[]) =>
      new Counter<L>({ name: `relay_projector_${name}`, help, labelNames, registers });
    const gauge = <L extends string = never>(name: string, help: string, ...labelNames: L[]) =>
      new Gauge<L>({ name: `relay_projector_${name}`, help, labelNames, registers });
    const histogram = (name: string, help: string, buckets: number[]) =>
      new Histogram({ name: `relay_projector_${name}`, help, buckets, registers });

    this.events = counter('events_total', 'Events committed', 'type');
    this.batches = counter('batches_total', 'Batches committed');
    this.batchEvents = histogram(
      'batch_events',
      'Log messages in a batch',
      [1, 2, 5, 10, 50, 100, 500, 1000],
    );
    this.commitSeconds = histogram('commit_seconds', 'Duration of a batch transaction', SECONDS);
    this.logToCommitSeconds = histogram(
      'log_to_commit_seconds',
      'Time from the storage of an event in JetStream to its commit',
      SECONDS,
    );
    this.lagEvents = gauge(
      'lag_events',
      'Events of the partition that are not committed yet; every projector reports a partition without an owner',
      'partition',
    );
    this.lagSeconds = gauge(
      'lag_seconds',
      'Age of the oldest event that is not committed yet; 0 when there is none',
      'partition',
    );
    this.replayRate = gauge('replay_events_per_second', 'How fast the backlog shrinks; 0 when there is none');
    this.replayRemainingSeconds = gauge(
      'replay_remaining_seconds',
      'Time until the backlog is gone at the current rate; 0 when there is none',
    );
    this.checkpointSeq = gauge('checkpoint_seq', 'Stream sequence of the checkpoint', 'partition');
    this.partitionsOwned = gauge('partitions_owned', 'Partitions that this process projects');
    this.skipped = counter('skipped_total', 'Log messages that are not usable events', 'reason');
    this.parked = counter(
      'parked_total',
      'Events parked: not writable, crashing the process (PROCESS_KILLED), or behind a parked event (FOLLOWS)',
      'code',
    );
    this.parkedNow = gauge('parked', 'Events that are parked now');
    this.parkedOldestSeconds = gauge(
      'parked_oldest_seconds',
      'Age of the oldest parked event; 0 when there is none',
    );
    this.changes = counter('changes_total', 'Changes committed and announced', 'kind');
    this.fenceConflicts = counter('fence_conflicts_total', 'Commits refused because of another owner');
    this.consumerStalls = counter(
      'consumer_stalls_total',
      'Log consumers that delivered nothing although the log had more; each was replaced',
    );
    this.announceFailures = counter('announce_failures_total', 'Messages to gateways that were not sent');
  }
}
