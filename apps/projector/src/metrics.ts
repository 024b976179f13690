import { MetricFactory } from '@discord-relay/platform';
import type { Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class ProjectorMetrics {
  private readonly create = new MetricFactory(this.registry, 'relay_projector');
  readonly events = this.create.counter('events_total', 'Events committed', ['type']);
  readonly batches = this.create.counter('batches_total', 'Batches committed');
  readonly batchEvents = this.create.histogram(
    'batch_events',
    'Log messages in a batch',
    [1, 2, 5, 10, 50, 100, 500, 1000],
  );
  readonly commitSeconds = this.create.histogram(
    'commit_seconds',
    'Duration of a batch transaction',
    SECONDS,
  );
  readonly logToCommitSeconds = this.create.histogram(
    'log_to_commit_seconds',
    'Time from the storage of an event in JetStream to its commit',
    SECONDS,
  );
  readonly lagEvents = this.create.gauge(
    'lag_events',
    'Events of the partition that are not committed yet; every projector reports a partition without an owner',
    ['partition'],
  );
  readonly lagSeconds = this.create.gauge(
    'lag_seconds',
    'Age of the oldest event that is not committed yet; 0 when there is none',
    ['partition'],
  );
  readonly replayRate = this.create.gauge(
    'replay_events_per_second',
    'How fast the backlog shrinks; 0 when there is none',
  );
  readonly replayRemainingSeconds = this.create.gauge(
    'replay_remaining_seconds',
    'Time until the backlog is gone at the current rate; 0 when there is none',
  );
  readonly checkpointSeq = this.create.gauge('checkpoint_seq', 'Stream sequence of the checkpoint', [
    'partition',
  ]);
  readonly partitionsOwned = this.create.gauge('partitions_owned', 'Partitions that this process projects');
  readonly skipped = this.create.counter('skipped_total', 'Log messages that are not usable events', [
    'reason',
  ]);
  readonly parked = this.create.counter(
    'parked_total',
    'Events parked: not writable, crashing the process (PROCESS_KILLED), or behind a parked event (FOLLOWS)',
    ['code'],
  );
  readonly parkedNow = this.create.gauge('parked', 'Events that are parked now');
  readonly parkedOldestSeconds = this.create.gauge(
    'parked_oldest_seconds',
    'Age of the oldest parked event; 0 when there is none',
  );
  readonly changes = this.create.counter('changes_total', 'Changes committed and announced', ['kind']);
  readonly fenceConflicts = this.create.counter(
    'fence_conflicts_total',
    'Commits refused because of another owner',
  );
  readonly consumerStalls = this.create.counter(
    'consumer_stalls_total',
    'Log consumers that delivered nothing although the log had more; each was replaced',
  );
  readonly announceFailures = this.create.counter(
    'announce_failures_total',
    'Messages to gateways that were not sent',
  );

  constructor(private readonly registry: Registry) {}
}
