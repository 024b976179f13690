import { AppError } from '@discord-relay/contracts';
import { delay, type Logger, periodically, delayBeforeRetry, TaskQueue } from '@discord-relay/platform';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { ProjectorMetrics } from '../metrics.js';
import type { Lease, LeaseStore } from '../store/index.js';
import type { BatchCommitter } from '../commit/batch-committer.js';
import { Inbox, type InboxLimits } from '../log/batch-buffer.js';
import { LagWatch } from './lag-monitor.js';
import { examineLog } from '../doctor/log-doctor.js';
import { LogReader } from '../log/partition-reader.js';
import { isStreamMissing, quietEnd, readLogEvidence } from '../log/log-state.js';
import type { LogEntry } from '../log/log-entry.js';
import { initialStatus, type PartitionStatus, REPLAY_THRESHOLD_EVENTS } from './partition-status.js';
import type { SharedReading } from '../log/shared-reader.js';
import { streamClock } from '../log/stream-clock.js';
import type { Tenancy } from './partition-assignment.js';

/** How often a partition that another process projects is asked for. */
const STANDBY_MS = 1_000;
/** How often a partition that an operator has to help with is looked at again. */
const STOPPED_MS = 10_000;

export interface PartitionTools {
  js: JetStreamClient;
  jsm: JetStreamManager;
  shared: SharedReading;
  leases: LeaseStore;
  tenancy: Tenancy;
  committer: BatchCommitter;
  /** Tells gateways where the partition's guilds stand. */
  announcePositions: (partition: number) => Promise<void>;
  limits: InboxLimits;
  /** How often the checkpoint of a quiet partition follows the end of the log. */
  followEndMs: number;
  metrics: ProjectorMetrics;
  logger: Logger;
}

/**
 * Projects one partition for as long as it has the lease. After any failure it knows nothing: it claims anew and goes
 * on from what the checkpoint says, so an answer that was lost on the way does no harm.
 */
export class PartitionLoop {
  readonly status: PartitionStatus;
  readonly lag: LagWatch;
  lease: Lease | null = null;
  private tenure = new AbortController();
  private reader: LogReader | null = null;
  private failures = 0;
  private reported: string | null = null;
  private lastEpoch = 0;
  private readonly tasks = new TaskQueue();

  constructor(
    readonly partition: number,
    private readonly tools: PartitionTools,
  ) {
    this.status = initialStatus(partition);
    this.lag = new LagWatch(this.status, tools);
  }

  /** Runs until the signal aborts: the batch at hand is finished then, and the lease released. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const lease = await this.claim();
        if (lease) await this.hold(lease, signal);
        else await delay(STANDBY_MS, signal);
      } catch (error) {
        if (!signal.aborted) await this.recover(error as Error, signal);
      }
    }
  }

  /** Begins reading anew at the checkpoint, by way of the log doctor. */
  shake(): void {
    this.reader?.stop();
  }

  /** Gives up the partition after the batch at hand. */
  evict(): void {
    this.tenure.abort();
  }

  /**
   * Runs `work` between two batches, while nothing else moves the checkpoint.
   * @returns null when this process does not have the partition
   */
  withLease<T>(work: (lease: Lease) => Promise<T>): Promise<T | null> {
    return this.tasks.run(async () =>
      this.lease && !this.tenure.signal.aborted ? await work(this.lease) : null,
    );
  }

  /** Leaves the partition alone when it is paused, this process has its share, or another one has the lease. */
  private async claim(): Promise<Lease | null> {
    const { tenancy, leases, logger } = this.tools;
    const paused = tenancy.paused.has(this.partition);
    if (!paused && tenancy.take()) {
      const lease = await this.askForLease(leases, tenancy);
      if (lease) {
        const { seq, epoch, suspect } = lease;
        logger.info({ partition: this.partition, seq, epoch, suspect }, 'claimed');
        return lease;
      }
    }
    Object.assign(this.status, { state: paused ? 'paused' : 'standby', problem: null });
    return null;
  }

  private async askForLease(leases: LeaseStore, tenancy: Tenancy): Promise<Lease | null> {
    let lease: Lease | null = null;
    try {
      lease = await leases.claim(this.partition, this.lastEpoch);
    } finally {
      if (!lease) tenancy.giveBack();
    }
    if (lease) this.lastEpoch = lease.epoch;
    return lease;
  }

  private async hold(lease: Lease, signal: AbortSignal): Promise<void> {
    this.tenure = new AbortController();
    const stop = AbortSignal.any([signal, this.tenure.signal]);
    this.lease = lease;
    Object.assign(this.status, { owned: true, seq: lease.seq });
    let announcing: Promise<void> | undefined;
    const announce = () => (announcing ??= this.tools.announcePositions(this.partition));
    try {
      while (!stop.aborted) {
        await this.follow(lease, stop, announce);
        await delayBeforeRetry(1, stop);
      }
    } catch (error) {
      // Before the release, which may have to wait for the same Postgres.
      if (!signal.aborted) this.fail(error as Error);
      throw error;
    } finally {
      await this.tasks.run(() => this.release(lease));
      this.tools.tenancy.giveBack();
    }
  }

  /** Reads from the checkpoint on and commits, until stopped or the log's consumer is shaken. */
  private async follow(lease: Lease, stop: AbortSignal, announce: () => Promise<void>): Promise<void> {
    // At the same time: until the first batch is committed, nobody is told anything.
    const [{ log, storedAt }] = await Promise.all([readLogEvidence(this.tools.jsm, lease.seq), announce()]);
    examineLog(lease, log, storedAt);
    const reader = await LogReader.open(this.tools, this.partition, lease.seq);
    const inbox = new Inbox<LogEntry>(this.tools.limits);
    const ended = new AbortController();
    const halt = () => {
      ended.abort();
      inbox.close();
      reader.stop();
    };
    stop.addEventListener('abort', halt, { once: true });
    if (stop.aborted) halt();
    this.reader = reader;
    this.opened(lease.seq, reader.pendingAtOpen);
    const mutedUpTo = lease.seq === 0 && reader.pendingAtOpen > REPLAY_THRESHOLD_EVENTS ? log.lastSeq : 0;
    const committing = this.commitAll(inbox, lease, log.createdAt, mutedUpTo).finally(halt);
    const filling = reader.fill(inbox).finally(halt);
    const following = this.followEnd(log.createdAt, ended.signal);
    const outcomes = await Promise.allSettled([filling, committing, following]);
    stop.removeEventListener('abort', halt);
    this.reader = null;
    await reader.close();
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Events up to `mutedUpTo` were there before anybody could see rows: their changes are of no use to anyone. */
  private async commitAll(
    inbox: Inbox<LogEntry>,
    lease: Lease,
    streamCreatedAt: string,
    mutedUpTo: number,
  ): Promise<void> {
    let quiet = mutedUpTo > 0;
    for (let entries = await inbox.take(); entries; entries = await inbox.take()) {
      const batch = entries;
      const { seq, pending, storedAtMs } = batch.at(-1)!;
      const muted = seq <= mutedUpTo;
      this.status.waitingSinceMs = batch[0]!.storedAtMs;
      await this.tasks.run(() => this.commit(lease, streamCreatedAt, batch, muted));
      this.failures = 0;
      this.reported = null;
      this.progress(lease.seq, pending, storedAtMs);
      if (!quiet || (muted && pending > 0)) continue;
      quiet = false;
      await this.tools.announcePositions(this.partition);
    }
  }

  private async commit(
    lease: Lease,
    streamCreatedAt: string,
    batch: LogEntry[],
    muted: boolean,
  ): Promise<void> {
    this.status.committingSinceMs = performance.now();
    try {
      await this.tools.committer.commit(lease, streamCreatedAt, batch, muted);
    } finally {
      this.status.committingSinceMs = null;
    }
  }

  /**
   * Moves the checkpoint of a partition whose every event is committed to the end of the whole log: what a limit of
   * the stream takes away before it was no event of this partition. Without it a quiet partition would look cut off.
   */
  private followEnd(streamCreatedAt: string, signal: AbortSignal): Promise<void> {
    const { followEndMs, jsm, committer, logger, metrics } = this.tools;
    const { partition, status } = this;
    const follow = async (lease: Lease) => {
      const end = await quietEnd(jsm, partition, lease.seq, streamCreatedAt);
      if (end === null || signal.aborted) return;
      await committer.advance(lease, streamCreatedAt, end);
      status.seq = end.lastSeq;
      metrics.checkpointSeq.set({ partition }, end.lastSeq);
    };
    return periodically(
      followEndMs,
      signal,
      async () => void (await this.withLease(follow)),
      (err) => logger.debug({ err, partition }, 'end of the log not followed'),
    );
  }

  /** After a failure the partition is well again only when a batch got through, or there is none. */
  private opened(seq: number, pending: number): void {
    if (this.failures === 0 || pending === 0) this.progress(seq, pending, streamClock.nowMs());
  }

  private progress(seq: number, lag: number, storedAtMs: number): void {
    const state = lag > REPLAY_THRESHOLD_EVENTS ? 'replaying' : 'live';
    const waitingSinceMs = lag === 0 ? null : storedAtMs;
    Object.assign(this.status, { seq, lag, waitingSinceMs, state, problem: null });
    const { partition, tools } = this;
    tools.metrics.checkpointSeq.set({ partition }, seq);
    tools.metrics.lagEvents.set({ partition }, lag);
  }

  private async release(lease: Lease): Promise<void> {
    this.lease = null;
    this.status.owned = false;
    const { partition, tools } = this;
    try {
      await tools.leases.release(lease);
    } catch (error) {
      tools.logger.warn({ err: error, partition }, 'lease not released; it will expire');
    }
  }

  private fail(error: Error): void {
    const stopped = error instanceof AppError && error.retry === 'stop';
    const state = stopped ? 'stopped' : isStreamMissing(error) ? 'waiting' : 'retrying';
    Object.assign(this.status, { state, problem: error.message });
  }

  private async recover(error: Error, signal: AbortSignal): Promise<void> {
    this.fail(error);
    const { state } = this.status;
    const code = error instanceof AppError ? error.code : undefined;
    const stopped = state === 'stopped';
    if (code === 'PROJECTION.CHECKPOINT_CONFLICT') this.tools.metrics.fenceConflicts.inc();
    if (code === 'LOG.CONSUMER_STALLED') this.tools.metrics.consumerStalls.inc();
    if (this.reported !== error.message) {
      this.reported = error.message;
      this.tools.logger[stopped ? 'error' : 'warn'](
        { err: error, code, partition: this.partition, state },
        'partition failed',
      );
    }
    const attempt = this.failures++;
    if (stopped) await delay(STOPPED_MS, signal);
    else await delayBeforeRetry(attempt, signal);
  }
}
