import { AppError, type RestGap } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { ExportMetrics } from '../../metrics/export-metrics.js';
import type { ExportsFolder } from '../files/exports-folder.js';
import type { ClaimedExport, Failure, Lease, OtherBytes } from '../jobs/export-leases.js';
import { requestOf, stateOf } from '../jobs/export-row.js';
import type { SavedRun } from '../thread/thread-protocol.js';
import { CreatorReads, LEASE_LOST, type ReadPorts } from './creator-reads.js';
import { ExportThread } from './export-thread.js';

export interface RunPorts extends ReadPorts {
  folder: ExportsFolder;
  metrics: ExportMetrics;
  logger: Logger;
  /** The program of threads, and the module that renders HTML in them. */
  program: string;
  renderer: string;
  limits: { maxBytes: number; maxBytesPerUser: number };
}

/** Ends a run because the replica stops: another one continues it. */
export const STOPPING = new Error('this replica stops');

/** Attempts without a new file, after which an export fails. */
const MAX_ATTEMPTS = 8;
const RETRY_FIRST_S = 1;
const RETRY_LONGEST_S = 60;
/** The renewals of a lease may fail for this long. */
const RENEWALS_FAIL_MS = 8_000;

/** One attempt to write an export, or the rest of it, under a lease. */
export class ExportRun {
  readonly lease: Lease;
  private readonly startedAtMs = performance.now();
  private readonly reads: CreatorReads;
  private thread: ExportThread | undefined;
  private renewedAtMs = performance.now();
  private firstRows: number | undefined;
  private savedBytes: number;
  private others: OtherBytes = { all: 0, ofUser: 0 };
  /** Why it ends, if that is decided before it has a thread. */
  private stopped: unknown;

  constructor(
    private readonly claimed: ClaimedExport,
    private readonly ports: RunPorts,
  ) {
    this.lease = { id: claimed.id, epoch: Number(claimed.epoch) };
    this.reads = new CreatorReads(ports, this.lease, claimed);
    this.savedBytes = claimed.files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Resolves when it has ended, however it did. */
  async run(): Promise<void> {
    try {
      const gaps = await this.write();
      await this.finish({ gaps });
    } catch (error) {
      await this.endAfter(error).catch((err: unknown) =>
        this.ports.logger.warn(
          { err, export: this.lease.id },
          'cannot store how an export ended; its lease expires',
        ),
      );
    }
  }

  stop(reason: unknown): void {
    this.stopped ??= reason;
    this.thread?.stop(reason);
  }

  async terminate(): Promise<void> {
    await this.thread?.terminate();
  }

  /** Extends the lease, and ends the run when it is lost, or when there is no space left. */
  async renew(): Promise<void> {
    const bytes = this.savedBytes + (this.thread?.progress?.openBytes ?? 0);
    const rows = this.thread?.progress?.rows ?? Number(this.claimed.rows);
    try {
      const others = await this.ports.leases.renew(this.lease, {
        rows,
        bytes,
        rowsPerS: this.rowsPerS(rows),
      });
      if (!others) return this.stop(LEASE_LOST);
      this.renewedAtMs = performance.now();
      this.others = others;
    } catch (error) {
      if (performance.now() - this.renewedAtMs > RENEWALS_FAIL_MS) this.stop(error);
    }
    const excess = this.excessOf(bytes);
    if (excess) this.stop(excess);
  }

  private async write(): Promise<RestGap[]> {
    const { folder, program, renderer } = this.ports;
    const { claimed, lease } = this;
    if (claimed.attempts > MAX_ATTEMPTS) throw new AppError('EXPORT.FAILED');
    await folder.removeLeftovers(lease.id, claimed.files);
    await this.renew();
    if (this.stopped) throw this.stopped;
    const task = {
      folder: folder.ofLease(lease.id, lease.epoch),
      renderer,
      request: requestOf(claimed),
      since: claimed.since === null ? null : Number(claimed.since),
      state: stateOf(claimed) ?? null,
    };
    const { reads } = this;
    this.thread = new ExportThread(program, task, {
      size: (query) => reads.size(query),
      page: (query, after) => reads.page(query, after),
      gaps: (asked) => reads.gaps(asked),
      guild: (guildId) => reads.guild(guildId),
      roles: (guildId) => reads.roles(guildId),
      members: (guildId, userIds) => reads.members(guildId, userIds),
      save: (saved) => this.save(saved),
    });
    return this.thread.outcome;
  }

  private async save({ begun, ...saved }: SavedRun): Promise<void> {
    const added = saved.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const excess = this.excessOf(this.savedBytes + added);
    if (excess) throw excess;
    const start = begun && { ...begun, channelIds: this.reads.channelIds };
    const isHeld = await this.ports.leases.save(this.lease, { ...saved, begun: start });
    if (!isHeld) throw LEASE_LOST;
    const { metrics } = this.ports;
    this.savedBytes += added;
    metrics.bytes.inc(added);
    metrics.rows.inc(saved.files.reduce((sum, { rows }) => sum + rows, 0));
  }

  private rowsPerS(rows: number): number | null {
    if (!this.thread?.progress) return null;
    this.firstRows ??= rows;
    return Math.round((rows - this.firstRows) / ((performance.now() - this.startedAtMs) / 1_000));
  }

  private excessOf(bytes: number): AppError | undefined {
    const { maxBytes, maxBytesPerUser } = this.ports.limits;
    const { all, ofUser } = this.others;
    if (bytes + all > maxBytes) return new AppError('EXPORT.STORAGE_FULL', 'EXPORTS_MAX_BYTES is reached');
    if (bytes + ofUser <= maxBytesPerUser) return undefined;
    return new AppError('EXPORT.STORAGE_FULL', 'EXPORTS_MAX_BYTES_PER_USER is reached');
  }

  private async endAfter(error: unknown): Promise<void> {
    if (error === LEASE_LOST) return this.interrupted();
    if (error === STOPPING) {
      await this.ports.leases.requeue(this.lease, 0);
      return this.interrupted();
    }
    const failure = failureOf(error);
    this.ports.logger.warn(
      { err: error, export: this.lease.id, code: failure.code },
      'an export was interrupted',
    );
    if (!isPassing(error) || this.claimed.attempts >= MAX_ATTEMPTS) return this.finish({ failure });
    const delayS = Math.min(RETRY_LONGEST_S, RETRY_FIRST_S * 2 ** (this.claimed.attempts - 1));
    await this.ports.leases.requeue(this.lease, delayS, failure);
    this.interrupted();
  }

  private interrupted(): void {
    this.ports.metrics.interrupted.inc();
  }

  private async finish(end: { gaps: RestGap[] } | { failure: Failure }): Promise<void> {
    const { leases, metrics, logger } = this.ports;
    if (!(await leases.finish(this.lease, end))) return this.interrupted();
    const state = 'gaps' in end ? 'done' : 'failed';
    metrics.ended.inc({ state });
    const durationMs = Math.round(performance.now() - this.startedAtMs);
    metrics.seconds.observe(durationMs / 1_000);
    const code = 'failure' in end ? end.failure.code : undefined;
    logger.info({ export: this.lease.id, state, code, bytes: this.savedBytes, durationMs }, 'export ended');
  }
}

/** Whether the next attempt may succeed without an action of a person. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof AppError) ||
  (error.retryable && error.code !== 'EXPORT.STORAGE_FULL' && error.code !== 'EXPORT.FAILED');

const failureOf = (error: unknown): Failure => {
  const { code, message } = error instanceof AppError ? error : new AppError('EXPORT.FAILED');
  return { code, detail: message };
};
