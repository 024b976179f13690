import { AppError } from '@discord-relay/contracts';
import { type Logger, periodically } from '@discord-relay/platform';
import type { ProjectionRecord } from '@discord-relay/read-model';
import { Registry } from 'prom-client';
import { Announcer } from '../commit/announcer.js';
import { BatchCommitter } from '../commit/batch-committer.js';
import { Inbox } from '../log/batch-buffer.js';
import { examineLog } from '../doctor/log-doctor.js';
import { LogReader } from '../log/partition-reader.js';
import type { LogEntry } from '../log/log-entry.js';
import { readLogEvidence, storedAt } from '../log/log-state.js';
import { Suspicion } from '../commit/poison-event-detector.js';
import type { LogAccess, ProjectionOptions } from './projection.js';
import { ProjectorMetrics } from '../metrics.js';
import { BatchStore, Database, type Lease, LeaseStore } from '../store/index.js';

/** Whoever projects the partition is fenced off by the new epoch, and stands by while the lease runs. */
const TAKE = `
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
 * A projection taken from its loops, to stand still or to be moved to chosen positions, by its leases: should this
 * process die, they run out and the loops go on.
 */
export class TakenProjection {
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
    const suspicion = new Suspicion(this.leaseStore, options.limits.maxEvents);
    this.committer = new BatchCommitter(this.store, suspicion, announcer, metrics, logger);
  }

  /** Takes every partition, or those. @throws the driver's error; then the leases that were taken run out */
  static async take(
    record: ProjectionRecord,
    options: ProjectionOptions,
    log: LogAccess,
    logger: Logger,
    partitions: readonly number[] = Array.from({ length: log.partitions }, (_, each) => each),
  ): Promise<TakenProjection> {
    const taken = new TakenProjection(record, options, log, logger, partitions);
    try {
      for (const partition of partitions) await taken.takePartition(partition);
    } catch (error) {
      await taken.database.close();
      throw error;
    }
    taken.renewing = taken.keepLeases();
    return taken;
  }

  /** Where it stands, by partition. */
  get positions(): ReadonlyMap<number, number> {
    return new Map(this.leases.map(({ partition, seq }) => [partition, seq]));
  }

  leaseOf(partition: number): Lease {
    return this.leases.find((lease) => lease.partition === partition)!;
  }

  /** @throws AppError PROJECTION.LOG_DIVERGED when a checkpoint does not belong to the log; the API's error */
  async examine(): Promise<void> {
    await Promise.all(
      this.leases.map(async (lease) => {
        const { log, storedAt } = await readLogEvidence(this.log.jsm, lease.seq);
        examineLog(lease, log, storedAt);
      }),
    );
  }

  /**
   * Projects up to and including those positions, and never past the end of the log; a partition that is beyond its own,
   * or has none, stays.
   * @throws AppError PROJECTION.NOT_READY when the projection was taken by somebody else meanwhile
   * @throws AppError PROJECTION.LOG_DIVERGED, or what a commit throws
   */
  async bringTo(positions: ReadonlyMap<number, number>): Promise<void> {
    const due = this.leases.filter((lease) => lease.seq < (positions.get(lease.partition) ?? 0));
    if (due.length === 0) return this.check();
    const outcomes = await Promise.allSettled(
      due.map(async (lease) => {
        const { log, storedAt } = await readLogEvidence(this.log.jsm, lease.seq);
        examineLog(lease, log, storedAt);
        const toSeq = Math.min(positions.get(lease.partition)!, log.lastSeq);
        await this.bringPartition(lease, toSeq, log.createdAt);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    this.check();
  }

  /** Gives the partitions back to the loops. */
  async release(): Promise<void> {
    this.ending.abort();
    await this.renewing;
    try {
      await Promise.all(this.leases.map((lease) => this.leaseStore.release(lease)));
    } catch (error) {
      this.logger.warn({ err: error }, 'leases not released; they will expire');
    }
    await this.database.close();
  }

  private async takePartition(partition: number): Promise<void> {
    const { owner, leaseMs } = this.options;
    const [row] = await this.database.query<TakenRow>(TAKE, [partition, `${owner}/rebuild`, leaseMs]);
    const { seq, epoch, stream_created_at: streamCreatedAt, seq_stored_at: seqStoredAt } = row!;
    const unsuspected = { suspect: false, handling: { seq: 0, attempts: 0 } };
    const stand = { seq: Number(seq), epoch: Number(epoch), streamCreatedAt, seqStoredAt };
    this.leases.push({ partition, ...stand, ...unsuspected });
  }

  private async bringPartition(lease: Lease, toSeq: number, streamCreatedAt: string): Promise<void> {
    const { partition } = lease;
    const reader = await LogReader.open({ js: this.log.js, logger: this.logger }, partition, lease.seq);
    const inbox = new Inbox<LogEntry>(this.options.limits);
    const filling = reader.fill(inbox);
    // It is awaited at the end; meanwhile its failure closes the inbox.
    filling.catch(() => undefined);
    try {
      for (let pending = reader.pendingAtOpen; pending > 0 && lease.seq < toSeq;) {
        const entries = await inbox.take();
        if (!entries)
          throw new AppError('PROJECTION.NOT_READY', `partition ${partition}: reading ended early`);
        const due = entries.filter(({ seq }) => seq <= toSeq);
        if (due.length > 0) await this.committer.commit(lease, streamCreatedAt, due);
        pending = due.length < entries.length ? 0 : entries.at(-1)!.pending;
      }
    } finally {
      inbox.close();
      reader.stop();
      await filling;
      await reader.close();
    }
    await this.moveTo(lease, toSeq, streamCreatedAt);
  }

  /** A position need not be that of an event of the partition; there has to be something, for the log doctor to know. */
  private async moveTo(lease: Lease, toSeq: number, streamCreatedAt: string): Promise<void> {
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
      (err) => this.logger.warn({ err }, 'leases not renewed'),
    );
  }

  private check(): void {
    if (this.lost) throw this.lost;
  }
}
