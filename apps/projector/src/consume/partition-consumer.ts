import { type Logger, periodically, type TaskQueue, unlessAborted } from '@discord-relay/platform';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { BatchCommitter } from '../commit/batch-committer.js';
import { assertLogMatches } from '../doctor/log-doctor.js';
import { BatchBuffer, type BatchLimits } from '../log/batch-buffer.js';
import type { LogEntry } from '../log/log-entry.js';
import { idleLogEnd, type LogEnd, readLogEvidence } from '../log/log-state.js';
import { PartitionReader } from '../log/partition-reader.js';
import type { SharedReader } from '../log/shared-reader.js';
import { streamClock } from '../log/stream-clock.js';
import type { ProjectorMetrics } from '../metrics.js';
import type { Lease } from '../store/index.js';
import { type PartitionStatus, REPLAY_THRESHOLD_EVENTS } from './partition-status.js';

/** Access to the log, with one time limit for requests. */
export interface LogClients {
  js: JetStreamClient;
  jsm: JetStreamManager;
}

export interface ConsumerTools extends LogClients {
  /** With a short time limit. */
  quick: LogClients;
  shared: SharedReader;
  committer: BatchCommitter;
  /** Publishes the current position of each guild of the partition. */
  announcePositions: (partition: number) => Promise<void>;
  limits: BatchLimits;
  /** How often the checkpoint of a quiet partition moves to the end of the log. */
  followEndMs: number;
  metrics: ProjectorMetrics;
  logger: Logger;
}

/** Failures of a partition since its last committed batch. */
export interface FailureRecord {
  count: number;
  /** The message that was logged last, so that a repeated failure is logged once. */
  logged: string | null;
}

/**
 * A request is lost while nothing leads the log, and when a new consumer is placed on a server that died shortly before. Only after as
 * many failures may the reason be that the server is slow.
 */
const QUICK_ATTEMPTS = 10;

/** Reads one partition of the log from a lease's checkpoint on, and commits it batch by batch. */
export class PartitionConsumer {
  private reader: PartitionReader | null = null;

  constructor(
    private readonly status: PartitionStatus,
    private readonly tools: ConsumerTools,
    /** Runs everything that moves the checkpoint, one task at a time. */
    private readonly tasks: TaskQueue,
    private readonly failures: FailureRecord,
  ) {}

  /** Starts reading again at the checkpoint, after the log doctor's check. */
  restart(): void {
    this.reader?.stop();
  }

  /**
   * Consumes until `stop` aborts or the log's consumer is interrupted. `announce` runs beside the log doctor's check:
   * clients receive nothing before the first batch is committed.
   */
  async consume(lease: Lease, stop: AbortSignal, announce: () => Promise<void>): Promise<void> {
    const { partition } = this.status;
    const { js, jsm } = this.failures.count < QUICK_ATTEMPTS ? this.tools.quick : this.tools;
    const [{ log, storedAt }] = await Promise.all([readLogEvidence(jsm, lease.seq), announce()]);
    assertLogMatches(lease, log, storedAt);
    const reader = await PartitionReader.open({ ...this.tools, js }, partition, lease.seq);
    const buffer = new BatchBuffer<LogEntry>(this.tools.limits);
    const ended = new AbortController();
    const halt = () => {
      ended.abort();
      buffer.close();
      reader.stop();
    };
    stop.addEventListener('abort', halt, { once: true });
    if (stop.aborted) halt();
    this.reader = reader;
    this.reportOpened(lease.seq, reader.pendingAtOpen);
    if (lease.seq === 0) lease.mutedUpTo = reader.pendingAtOpen > REPLAY_THRESHOLD_EVENTS ? log.lastSeq : 0;
    const committing = this.commitAll(buffer, lease, log.createdAt).finally(halt);
    const filling = reader.fill(buffer).finally(halt);
    const following = this.followLogEnd(lease, log.createdAt, ended.signal);
    const outcomes = await Promise.allSettled([filling, committing, following]);
    stop.removeEventListener('abort', halt);
    this.reader = null;
    await reader.close();
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /**
   * Commits until the buffer is closed. The first events of a long existing log produce no changes, also after another process takes over: clients
   * receive the position after them, and load what they show.
   */
  private async commitAll(
    buffer: BatchBuffer<LogEntry>,
    lease: Lease,
    streamCreatedAt: string,
  ): Promise<void> {
    const { mutedUpTo } = lease;
    let quiet = lease.seq < mutedUpTo;
    for (let entries = await buffer.nextBatch(); entries; entries = await buffer.nextBatch()) {
      const batch = entries;
      const { seq, pending, storedAtMs } = batch.at(-1)!;
      const muted = seq <= mutedUpTo;
      this.status.waitingSinceMs = batch[0]!.storedAtMs;
      await this.tasks.run(() => this.commit(lease, streamCreatedAt, batch, muted));
      Object.assign(this.failures, { count: 0, logged: null } satisfies FailureRecord);
      this.reportProgress(lease.seq, pending, storedAtMs);
      if (!quiet || (muted && pending > 0)) continue;
      quiet = false;
      await this.tools.announcePositions(this.status.partition);
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
   * Moves the checkpoint of a fully committed partition to the end of the whole log, because the stream's limits may delete
   * everything before that: a checkpoint that stays behind would look as if the log had lost events of this partition.
   */
  private followLogEnd(lease: Lease, streamCreatedAt: string, signal: AbortSignal): Promise<void> {
    const { followEndMs, quick, logger } = this.tools;
    const { partition } = this.status;
    const follow = async () => {
      const { seq } = lease;
      // Neither a commit nor the next owner of the partition waits for JetStream's answers.
      const end = await unlessAborted(idleLogEnd(quick.jsm, partition, seq, streamCreatedAt), signal);
      if (end) await this.tasks.run(() => this.moveCheckpoint(lease, seq, streamCreatedAt, end, signal));
    };
    return periodically(followEndMs, signal, follow, (err) =>
      logger.debug({ err, partition }, 'cannot move the checkpoint to the end of the log'),
    );
  }

  /** Does nothing if the checkpoint is no longer at the sequence for which the end was found. */
  private async moveCheckpoint(
    lease: Lease,
    fromSeq: number,
    streamCreatedAt: string,
    end: LogEnd,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted || lease.seq !== fromSeq) return;
    const { committer, metrics } = this.tools;
    await committer.advanceCheckpoint(lease, streamCreatedAt, end);
    this.status.seq = end.lastSeq;
    metrics.checkpointSeq.set({ partition: this.status.partition }, end.lastSeq);
  }

  /** After a failure, the partition is healthy again once a batch is committed, or if there is nothing to commit. */
  private reportOpened(seq: number, pending: number): void {
    if (this.failures.count === 0 || pending === 0) this.reportProgress(seq, pending, streamClock.nowMs());
  }

  private reportProgress(seq: number, lag: number, storedAtMs: number): void {
    const state = lag > REPLAY_THRESHOLD_EVENTS ? 'replaying' : 'live';
    const waitingSinceMs = lag === 0 ? null : storedAtMs;
    Object.assign(this.status, {
      seq,
      lag,
      waitingSinceMs,
      state,
      problem: null,
    } satisfies Partial<PartitionStatus>);
    const { metrics } = this.tools;
    const { partition } = this.status;
    metrics.checkpointSeq.set({ partition }, seq);
    metrics.lagEvents.set({ partition }, lag);
  }
}
