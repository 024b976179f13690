import type { Logger } from '@discord-relay/platform';
import type { JetStreamManager } from '@nats-io/jetstream';
import { Backlog } from '../log/backlog.js';
import type { ProjectorMetrics } from '../metrics.js';
import type { PartitionAssignment } from './partition-assignment.js';
import type { PartitionStatus } from './partition-status.js';

interface LagMonitorTools {
  jsm: JetStreamManager;
  assignment: PartitionAssignment;
  metrics: ProjectorMetrics;
  logger: Logger;
}

/**
 * Reports the lag of a partition that makes no progress: it is paused or stuck, or has no owner. It reports nothing about a
 * partition that another process projects. Every process reports the same for a partition without an owner.
 */
export class LagMonitor {
  private readonly backlog: Backlog;
  private seqBefore: number | null = null;

  constructor(
    private readonly status: PartitionStatus,
    private readonly tools: LagMonitorTools,
  ) {
    this.backlog = new Backlog(tools.jsm, status.partition);
  }

  /** Updates the status and the metrics; call it every second. */
  async update(): Promise<void> {
    const { status, tools } = this;
    const { partition } = status;
    const seq = this.checkpoint;
    if (seq !== undefined && this.isIdleOrStuck(seq)) await this.measure(seq);
    else if (seq === undefined)
      Object.assign(status, { lag: 0, waitingSinceMs: null } satisfies Partial<PartitionStatus>);
    this.seqBefore = status.seq;
    const { lagEvents, lagSeconds } = tools.metrics;
    const gauges = [
      [lagEvents, status.lag],
      [lagSeconds, status.lagSeconds],
    ] as const;
    for (const [gauge, value] of gauges)
      if (seq === undefined) gauge.remove({ partition });
      else gauge.set({ partition }, value);
  }

  /** The checkpoint to measure from; undefined when another process reports the partition, or when it is not known. */
  private get checkpoint(): number | undefined {
    const { owned, seq, partition, problem } = this.status;
    const known = problem !== null && seq > 0 ? seq : undefined;
    return owned ? seq : (this.tools.assignment.unowned.get(partition) ?? known);
  }

  /** Whether the loop does not update the status itself, because it makes no progress. */
  private isIdleOrStuck(seq: number): boolean {
    const { owned, problem, waitingSinceMs } = this.status;
    return !owned || problem !== null || (waitingSinceMs !== null && seq === this.seqBefore);
  }

  /** Discards the result when the partition was claimed, or its checkpoint moved, in the meantime. */
  private async measure(seq: number): Promise<void> {
    const { status, tools } = this;
    const { owned, seq: seqThen } = status;
    try {
      const { events, sinceMs } = await this.backlog.measure(seq);
      if (status.owned !== owned || status.seq !== seqThen) return;
      Object.assign(status, { seq, lag: events, waitingSinceMs: sinceMs } satisfies Partial<PartitionStatus>);
    } catch (error) {
      tools.logger.debug(
        { err: error, partition: status.partition },
        'cannot measure the backlog of a partition',
      );
    }
  }
}
