import { AppError } from '@discord-relay/contracts';
import { type Logger, periodically } from '@discord-relay/platform';
import type { ProjectionRecord } from '@discord-relay/read-model';
import { Registry } from 'prom-client';
import { Announcer } from '../commit/announcer.js';
import { BatchCommitter } from '../commit/batch-committer.js';
import { BatchBuffer } from '../log/batch-buffer.js';
import { assertLogMatches } from '../doctor/log-doctor.js';
import { PartitionReader } from '../log/partition-reader.js';
import type { LogEntry } from '../log/log-entry.js';
import { readLogEvidence, storedAt } from '../log/log-state.js';
import { PoisonEventDetector } from '../commit/poison-event-detector.js';
import type { LogAccess, ProjectionOptions } from './projection-options.js';
import { ProjectorMetrics } from '../metrics.js';
import { BatchStore, Database, type Lease, LeaseStore } from '../store/index.js';

/** The new epoch fences off the current owner, which stays on standby while this lease is valid. */
const TAKE_OVER = `
  INSERT INTO checkpoints AS c (partition, seq, epoch, owner, lease_until, updated_at)
  VALUES ($1, 0, 1, $2, now() + $3 * interval '1 ms', now())
  ON CONFLICT (partition) DO UPDATE
    SET epoch = c.epoch + 1, owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until, updated_at = now()
  RETURNING partition, seq, epoch, stream_created_at, seq_stored_at`;

interface TakenRow extends Record<string, unknown> {
  partition: number;
  seq: string;
  epoch: string;
  stream_created_at: string | null;
  seq_stored_at: Date | null;
}

/**
 * Takes a projection over from its loops, to stop it or to advance it to chosen positions. It owns the leases during that time;
 * if this process dies, they expire and the loops continue.
 */
export class ProjectionTakeover {
  readonly database: Database;
  private readonly leaseStore: LeaseStore;
  private readonly store: BatchStore;
  private readonly committer: BatchCommitter;
  private readonly ending = new AbortController();
  private leases: Lease[] = [];
  private renewing: Promise<void> = Promise.resolve();
  private lost: AppError | null = null;

  private constructor(
    record: ProjectionRecord,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly logger: Logger,
    partitions: readonly number[],
  ) {
    const { databaseUrl: url, leaseMs, owner } = options;
    const applicationName = `projector/${owner}/rebuild`;
    this.database = new Database(
      {
        url,
        schema: record.schema,
        applicationName,
        poolSize: partitions.length + 1,
        idleInTransactionMs: leaseMs,
      },
      logger,
    );
    this.leaseStore = new LeaseStore(this.database, `${owner}/rebuild`, leaseMs);
    this.store = new BatchStore(this.database, leaseMs);
    const metrics = new ProjectorMetrics(new Registry());
    const announcer = new Announcer({ publish: () => undefined }, metrics, logger);
    const detector = new PoisonEventDetector(this.leaseStore, options.limits.maxEvents);
    this.committer = new BatchCommitter(this.store, detector, announcer, metrics, logger);
  }

  /** Takes over the given partitions; default: all. @throws the driver's error; leases taken before it expire */
  static async start(
    record: ProjectionRecord,
    options: ProjectionOptions,
    log: LogAccess,
    logger: Logger,
    partitions: readonly number[] = Array.from({ length: log.partitions }, (_, each) => each),
  ): Promise<ProjectionTakeover> {
    const takeover = new ProjectionTakeover(record, options, log, logger, partitions);
    try {
      for (const partition of partitions) await takeover.claimPartition(partition);
    } catch (error) {
      await takeover.database.close();
      throw error;
    }
    takeover.renewing = takeover.keepLeases();
    return takeover;
  }

  /** The checkpoints, by partition. */
  get positions(): ReadonlyMap<number, number> {
    return new Map(this.leases.map(({ partition, seq }) => [partition, seq]));
  }

  leaseOf(partition: number): Lease {
    return this.leases.find((lease) => lease.partition === partition)!;
  }

  /** @throws AppError PROJECTION.LOG_DIVERGED when a checkpoint does not belong to the log; the API's error */
  async assertLogMatches(): Promise<void> {
    await Promise.all(
      this.leases.map(async (lease) => {
        const { log, storedAt } = await readLogEvidence(this.log.jsm, lease.seq);
        assertLogMatches(lease, log, storedAt);
      }),
    );
  }

  /**
   * Projects up to and including these positions, but not past the end of the log. A partition that is past its position, or
   * has none, stays where it is.
   * @throws AppError PROJECTION.NOT_READY when another process took the projection over
   * @throws AppError PROJECTION.LOG_DIVERGED, or what a commit throws
   */
  async advanceTo(positions: ReadonlyMap<number, number>): Promise<void> {
    const due = this.leases.filter((lease) => lease.seq < (positions.get(lease.partition) ?? 0));
    if (due.length === 0) return this.assertNotLost();
    const outcomes = await Promise.allSettled(
      due.map(async (lease) => {
        const { log, storedAt } = await readLogEvidence(this.log.jsm, lease.seq);
        assertLogMatches(lease, log, storedAt);
        const toSeq = Math.min(positions.get(lease.partition)!, log.lastSeq);
        await this.advancePartition(lease, toSeq, log.createdAt);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    this.assertNotLost();
  }

  /** Releases the partitions to the loops. */
  async release(): Promise<void> {
    this.ending.abort();
    await this.renewing;
    try {
      await Promise.all(this.leases.map((lease) => this.leaseStore.release(lease)));
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot release leases; they expire');
    }
    await this.database.close();
  }

  private async claimPartition(partition: number): Promise<void> {
    const { owner, leaseMs } = this.options;
    const [row] = await this.database.query<TakenRow>(TAKE_OVER, [partition, `${owner}/rebuild`, leaseMs]);
    const { seq, epoch, stream_created_at: streamCreatedAt, seq_stored_at: seqStoredAt } = row!;
    const notSuspect = { suspect: false, handling: { seq: 0, attempts: 0 } };
    const checkpoint = { seq: Number(seq), epoch: Number(epoch), streamCreatedAt, seqStoredAt, mutedUpTo: 0 };
    this.leases.push({ partition, ...checkpoint, ...notSuspect });
  }

  private async advancePartition(lease: Lease, toSeq: number, streamCreatedAt: string): Promise<void> {
    const { partition } = lease;
    const reader = await PartitionReader.open({ js: this.log.js, logger: this.logger }, partition, lease.seq);
    const buffer = new BatchBuffer<LogEntry>(this.options.limits);
    const filling = reader.fill(buffer);
    // Awaited at the end; a failure before that closes the buffer.
    filling.catch(() => undefined);
    try {
      for (let pending = reader.pendingAtOpen; pending > 0 && lease.seq < toSeq;) {
        const entries = await buffer.nextBatch();
        if (!entries)
          throw new AppError('PROJECTION.NOT_READY', `reading partition ${partition} ended early`);
        const due = entries.filter(({ seq }) => seq <= toSeq);
        if (due.length > 0) await this.committer.commit(lease, streamCreatedAt, due);
        pending = due.length < entries.length ? 0 : entries.at(-1)!.pending;
      }
    } finally {
      buffer.close();
      reader.stop();
      await filling;
      await reader.close();
    }
    await this.moveCheckpoint(lease, toSeq, streamCreatedAt);
  }

  /** The position may belong to an event of another partition, but the log doctor needs a message there. */
  private async moveCheckpoint(lease: Lease, toSeq: number, streamCreatedAt: string): Promise<void> {
    if (lease.seq >= toSeq) return;
    const lastStoredAt = await storedAt(this.log.jsm, toSeq);
    if (lastStoredAt === null) return;
    const nothing = { events: [], parked: [] };
    await this.store.commit(lease, { ...nothing, lastSeq: toSeq, lastStoredAt, streamCreatedAt });
  }

  private keepLeases(): Promise<void> {
    return periodically(
      this.options.leaseMs / 3,
      this.ending.signal,
      async () => {
        const lost = await this.leaseStore.renew(this.leases);
        if (lost.length > 0)
          this.lost = new AppError(
            'PROJECTION.NOT_READY',
            'the projection was taken over by another process',
          );
      },
      (err) => this.logger.warn({ err }, 'cannot renew leases'),
    );
  }

  private assertNotLost(): void {
    if (this.lost) throw this.lost;
  }
}
