import { AppError } from '@discord-relay/contracts';
import { backOffMs, delay, delayBeforeRetry, TaskQueue } from '@discord-relay/platform';
import { isStreamMissing } from '../log/log-state.js';
import type { Lease, LeaseStore } from '../store/index.js';
import { LagMonitor } from './lag-monitor.js';
import type { PartitionAssignment } from './partition-assignment.js';
import { type ConsumerTools, type FailureRecord, PartitionConsumer } from './partition-consumer.js';
import { initialStatus, type PartitionStatus } from './partition-status.js';

/** How long a partition waits for an update of the assignment at most. */
const STANDBY_MS = 1_000;
/** The pauses after failures. */
const RETRY = { firstMs: 100, capMs: 2_000 };
/** How often a partition that needs an operator is retried. */
const STOPPED_MS = 10_000;

export interface PartitionTools extends ConsumerTools {
  leases: LeaseStore;
  assignment: PartitionAssignment;
}

/**
 * Projects one partition while this process holds its lease. After any failure it starts over: it claims the lease and
 * continues from the checkpoint, so it need not know whether a commit without an answer succeeded.
 */
export class PartitionLoop {
  readonly status: PartitionStatus;
  readonly lag: LagMonitor;
  lease: Lease | null = null;
  private revoked = new AbortController();
  private lastEpoch = 0;
  /**
   * Whether the assignment counts this partition as one of this process's. It still does after a failure: after an outage of Postgres,
   * in which all leases expired, every process continues with its own partitions.
   */
  private reserved = false;
  private readonly failures: FailureRecord = { count: 0, logged: null };
  private readonly tasks = new TaskQueue();
  private readonly consumer: PartitionConsumer;

  constructor(
    readonly partition: number,
    private readonly tools: PartitionTools,
  ) {
    this.status = initialStatus(partition);
    this.lag = new LagMonitor(this.status, tools);
    this.consumer = new PartitionConsumer(this.status, tools, this.tasks, this.failures);
  }

  /** Runs until the signal aborts; it then finishes the current batch and releases the lease. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const lease = await this.claim();
        if (lease) await this.runLease(lease, signal);
        else await this.tools.assignment.nextUpdate(STANDBY_MS, signal);
      } catch (error) {
        if (!signal.aborted) await this.recover(error as Error, signal);
      }
    }
  }

  /** Starts reading again at the checkpoint, after the log doctor's check. */
  restart(): void {
    this.consumer.restart();
  }

  /** Gives up the lease after the current batch. */
  revoke(): void {
    this.revoked.abort();
  }

  /**
   * Claims the lease; null if the partition is paused, this process has enough partitions, or another one holds the lease. It does not
   * try while another one is known to hold it: the attempt would keep this process from claiming a partition that is free.
   */
  private async claim(): Promise<Lease | null> {
    const { assignment, logger } = this.tools;
    const paused = assignment.paused.has(this.partition);
    if (paused || assignment.surplus > 0) this.giveUpReservation();
    if (!paused && this.reserve()) {
      const lease = await this.tools.leases.claim(this.partition, this.lastEpoch);
      if (lease) {
        const { seq, epoch, suspect } = lease;
        this.lastEpoch = epoch;
        logger.info({ partition: this.partition, seq, epoch, suspect }, 'partition claimed');
        return lease;
      }
      this.giveUpReservation();
    }
    Object.assign(this.status, {
      state: paused ? 'paused' : 'standby',
      problem: null,
    } satisfies Partial<PartitionStatus>);
    return null;
  }

  private reserve(): boolean {
    const { assignment } = this.tools;
    this.reserved ||= assignment.isFree(this.partition) && assignment.reserve();
    return this.reserved;
  }

  private giveUpReservation(): void {
    if (this.reserved) this.tools.assignment.release();
    this.reserved = false;
  }

  private async runLease(lease: Lease, signal: AbortSignal): Promise<void> {
    this.revoked = new AbortController();
    const stop = AbortSignal.any([signal, this.revoked.signal]);
    this.lease = lease;
    Object.assign(this.status, { owned: true, seq: lease.seq } satisfies Partial<PartitionStatus>);
    let announcing: Promise<void> | undefined;
    let failed = false;
    const announceOnce = () => (announcing ??= this.tools.announcePositions(this.partition));
    try {
      while (!stop.aborted) {
        await this.consumer.consume(lease, stop, announceOnce);
        await delayBeforeRetry(1, stop);
      }
    } catch (error) {
      failed = true;
      // Before the release, which may wait for the same Postgres.
      if (!signal.aborted) this.markFailed(error as Error);
      throw error;
    } finally {
      await this.tasks.run(() => this.release(lease));
      if (!failed) this.giveUpReservation();
    }
  }

  private async release(lease: Lease): Promise<void> {
    this.lease = null;
    this.status.owned = false;
    const { partition, tools } = this;
    try {
      await tools.leases.release(lease);
    } catch (error) {
      tools.logger.warn({ err: error, partition }, 'cannot release a lease; it expires');
    }
  }

  private markFailed(error: Error): void {
    const stopped = error instanceof AppError && error.retry === 'stop';
    const state = stopped ? 'stopped' : isStreamMissing(error) ? 'waiting' : 'retrying';
    Object.assign(this.status, { state, problem: error.message } satisfies Partial<PartitionStatus>);
  }

  private async recover(error: Error, signal: AbortSignal): Promise<void> {
    this.markFailed(error);
    const { state } = this.status;
    const code = error instanceof AppError ? error.code : undefined;
    const stopped = state === 'stopped';
    if (stopped) this.giveUpReservation();
    if (code === 'PROJECTION.CHECKPOINT_CONFLICT') this.tools.metrics.fenceConflicts.inc();
    if (code === 'LOG.CONSUMER_STALLED') this.tools.metrics.consumerStalls.inc();
    if (this.failures.logged !== error.message) {
      this.failures.logged = error.message;
      this.tools.logger[stopped ? 'error' : 'warn'](
        { err: error, code, partition: this.partition, state },
        'partition failed',
      );
    }
    const attempt = this.failures.count++;
    if (stopped) await delay(STOPPED_MS, signal);
    // An update means that Postgres answers again.
    else await this.tools.assignment.nextUpdate(backOffMs(attempt, RETRY, Math.random()), signal);
  }
}
