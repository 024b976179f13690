import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { ProjectorMetrics } from '../metrics.js';
import type { Lease, LeaseStore } from '../store/index.js';
import type { BatchCommitter } from './batch-committer.js';
import { Inbox, type InboxLimits } from './inbox.js';
import { examineLog } from './log-doctor.js';
import { isStreamMissing, type LogEntry, LogReader, readLogIdentity } from './log-reader.js';
import { type PartitionStatus, REPLAY_THRESHOLD_EVENTS } from './partition-status.js';
import { elapsed, restBefore } from './periodic.js';

/** How often a partition that another process projects is asked for. */
const STANDBY_MS = 1_000;
/** How often a partition that an operator has to help with is looked at again. */
const STOPPED_MS = 10_000;

export interface PartitionTools {
  js: JetStreamClient;
  jsm: JetStreamManager;
  leases: LeaseStore;
  committer: BatchCommitter;
  /** Tells gateways where the partition's guilds stand. */
  announcePositions: (partition: number) => Promise<void>;
  limits: InboxLimits;
  metrics: ProjectorMetrics;
  logger: Logger;
}

/**
 * Projects one partition for as long as it has the lease. After any failure it knows nothing: it claims anew and goes
 * on from what the checkpoint says, so an answer that was lost on the way does no harm.
 */
export class PartitionLoop {
  readonly status: PartitionStatus;
  lease: Lease | null = null;
  private tenure = new AbortController();
  private reader: LogReader | null = null;
  private failures = 0;
  private reported: string | null = null;

  constructor(
    readonly partition: number,
    private readonly tools: PartitionTools,
  ) {
    this.status = { partition, owned: false, seq: 0, lag: 0, state: 'starting', problem: null };
  }

  /** Runs until the signal aborts: the batch at hand is finished then, and the lease released. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.claimAndFollow(signal);
      } catch (error) {
        if (!signal.aborted) await this.recover(error as Error, signal);
      }
    }
  }

  /** Begins reading anew at the checkpoint, by way of the log doctor. */
  shake(): void {
    this.reader?.stop();
  }

  /** Gives up the partition: its lease was lost. */
  evict(): void {
    this.tenure.abort();
  }

  private async claimAndFollow(signal: AbortSignal): Promise<void> {
    const lease = await this.tools.leases.claim(this.partition);
    if (!lease) return this.standBy(signal);
    this.tenure = new AbortController();
    const stop = AbortSignal.any([signal, this.tenure.signal]);
    this.lease = lease;
    Object.assign(this.status, { owned: true, seq: lease.seq });
    this.tools.logger.info({ partition: this.partition, seq: lease.seq, epoch: lease.epoch }, 'claimed');
    try {
      await this.tools.announcePositions(this.partition);
      while (!stop.aborted) {
        await this.follow(lease, stop);
        await restBefore(1, stop);
      }
    } finally {
      await this.release(lease);
    }
  }

  /** Reads from the checkpoint on and commits, until stopped or the log's consumer is shaken. */
  private async follow(lease: Lease, stop: AbortSignal): Promise<void> {
    const log = await readLogIdentity(this.tools.jsm);
    examineLog(lease, log);
    const reader = await LogReader.open(this.tools.js, this.partition, lease.seq, this.tools.logger);
    const inbox = new Inbox<LogEntry>(this.tools.limits);
    const halt = () => {
      inbox.close();
      reader.stop();
    };
    stop.addEventListener('abort', halt, { once: true });
    if (stop.aborted) halt();
    this.reader = reader;
    this.opened(lease.seq, reader.pendingAtOpen);
    const mutedUpTo = lease.seq === 0 && reader.pendingAtOpen > REPLAY_THRESHOLD_EVENTS ? log.lastSeq : 0;
    const committing = this.commitAll(inbox, lease, log.createdAt, mutedUpTo).finally(halt);
    const outcomes = await Promise.allSettled([reader.fill(inbox), committing]);
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
      const { seq, pending } = entries.at(-1)!;
      const muted = seq <= mutedUpTo;
      await this.tools.committer.commit(lease, streamCreatedAt, entries, muted);
      this.failures = 0;
      this.reported = null;
      this.progress(lease.seq, pending);
      if (!quiet || (muted && pending > 0)) continue;
      quiet = false;
      await this.tools.announcePositions(this.partition);
    }
  }

  /** After a failure the partition is well again only when a batch got through, or there is none. */
  private opened(seq: number, pending: number): void {
    if (this.failures === 0 || pending === 0) this.progress(seq, pending);
  }

  private progress(seq: number, lag: number): void {
    const state = lag > REPLAY_THRESHOLD_EVENTS ? 'replaying' : 'live';
    Object.assign(this.status, { seq, lag, state, problem: null });
    this.tools.metrics.checkpointSeq.set({ partition: this.partition }, seq);
    this.tools.metrics.lagEvents.set({ partition: this.partition }, lag);
  }

  private async standBy(signal: AbortSignal): Promise<void> {
    Object.assign(this.status, { state: 'standby', problem: null });
    await elapsed(STANDBY_MS, signal);
  }

  private async release(lease: Lease): Promise<void> {
    this.lease = null;
    this.status.owned = false;
    try {
      await this.tools.leases.release(lease);
    } catch (error) {
      this.tools.logger.warn({ err: error, partition: this.partition }, 'lease not released; it will expire');
    }
  }

  private async recover(error: Error, signal: AbortSignal): Promise<void> {
    const code = error instanceof AppError ? error.code : undefined;
    const stopped = error instanceof AppError && error.retry === 'stop';
    const state = stopped ? 'stopped' : isStreamMissing(error) ? 'waiting' : 'retrying';
    Object.assign(this.status, { state, problem: error.message });
    if (code === 'PROJECTION.CHECKPOINT_CONFLICT') this.tools.metrics.fenceConflicts.inc();
    if (this.reported !== error.message) {
      this.reported = error.message;
      this.tools.logger[stopped ? 'error' : 'warn'](
        { err: error, code, partition: this.partition, state },
        'partition failed',
      );
    }
    const attempt = this.failures++;
    if (stopped) await elapsed(STOPPED_MS, signal);
    else await restBefore(attempt, signal);
  }
}
