import type { Logger } from '@discord-relay/platform';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { ProjectorMetrics } from '../metrics.js';
import { Backlog } from '../log/backlog.js';
import type { PartitionStatus } from './partition-status.js';
import type { Tenancy } from './partition-assignment.js';

interface LagTools {
  jsm: JetStreamManager;
  tenancy: Tenancy;
  metrics: ProjectorMetrics;
  logger: Logger;
}

/**
 * Says how far a partition is behind while nobody reads it: it is paused or stuck, or whoever had it is gone. Of one that
 * another process projects nothing is said here; of one that is nobody's, every process says the same.
 */
export class LagWatch {
  private readonly backlog: Backlog;
  private seqBefore: number | null = null;

  constructor(
    private readonly status: PartitionStatus,
    private readonly tools: LagTools,
  ) {
    this.backlog = new Backlog(tools.jsm, status.partition);
  }

  /** Brings status and metrics up to date; to be called each second. */
  async tell(): Promise<void> {
    const { status, tools } = this;
    const { partition } = status;
    const seq = this.checkpoint;
    if (seq !== undefined && this.standsStill(seq)) await this.measure(seq);
    else if (seq === undefined) Object.assign(status, { lag: 0, waitingSinceMs: null });
    this.seqBefore = status.seq;
    const { lagEvents, lagSeconds } = tools.metrics;
    const told = [
      [lagEvents, status.lag],
      [lagSeconds, status.lagSeconds],
    ] as const;
    for (const [gauge, value] of told)
      if (seq === undefined) gauge.remove({ partition });
      else gauge.set({ partition }, value);
  }

  /** Undefined when it is another process's to tell, or is not known. */
  private get checkpoint(): number | undefined {
    const { owned, seq, partition, problem } = this.status;
    const known = problem !== null && seq > 0 ? seq : undefined;
    return owned ? seq : (this.tools.tenancy.unheld.get(partition) ?? known);
  }

  /** Whoever reads the partition, and is not held up, says itself how far it is. */
  private standsStill(seq: number): boolean {
    const { owned, problem, waitingSinceMs } = this.status;
    return !owned || problem !== null || (waitingSinceMs !== null && seq === this.seqBefore);
  }

  /** Once the partition has been taken, or has moved, what was found is no longer of use. */
  private async measure(seq: number): Promise<void> {
    const { status, tools } = this;
    const { owned, seq: seqThen } = status;
    try {
      const { events, sinceMs } = await this.backlog.behind(seq);
      if (status.owned !== owned || status.seq !== seqThen) return;
      Object.assign(status, { seq, lag: events, waitingSinceMs: sinceMs });
    } catch (error) {
      tools.logger.debug({ err: error, partition: status.partition }, 'not known how much waits');
    }
  }
}
