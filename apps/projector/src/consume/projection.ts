import { setMaxListeners } from 'node:events';
import { partitionOf, type ProjectionProgress } from '@discord-relay/contracts';
import { type CheckResult, type Logger, periodically, retryUntilDone } from '@discord-relay/platform';
import type { ProjectionRecord } from '@discord-relay/read-model';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { Registry } from 'prom-client';
import { Announcer, type Publisher } from '../commit/announcer.js';
import { ProjectorMetrics } from '../metrics.js';
import { ActiveLeases } from '../store/active-leases.js';
import {
  BatchStore,
  ChangePartitions,
  databaseTimeMs,
  Database,
  guildPositions,
  LeaseStore,
  type ParkedCount,
  parkedCount,
} from '../store/index.js';
import { BatchCommitter } from '../commit/batch-committer.js';
import type { InboxLimits } from '../log/batch-buffer.js';
import { PartitionLoop } from './partition-loop.js';
import { partitionsCheck, ReplayMeter, totalLag } from './partition-status.js';
import { SharedReading } from '../log/shared-reader.js';
import { Suspicion } from '../commit/poison-event-detector.js';
import { Tenancy } from './partition-assignment.js';

export interface ProjectionOptions {
  databaseUrl: string;
  poolSize: number;
  /** Names this process as an owner of partitions. */
  owner: string;
  leaseMs: number;
  limits: InboxLimits;
  /** How often the checkpoint of a quiet partition follows the end of the log. */
  followEndMs: number;
  changesRetentionHours: number;
}

/** The log, and where committed changes are announced. */
export interface LogAccess {
  publisher: Publisher;
  js: JetStreamClient;
  jsm: JetStreamManager;
  partitions: number;
}

/**
 * `active`: what it commits is announced. `following`: it keeps up, changes included, and announces nothing, so that a
 * switch to it finds everything there. `building`: it replays the log without change rows, which nobody could want.
 */
export type ProjectionRole = 'active' | 'following' | 'building';

export interface ProjectionTools {
  metrics: ProjectorMetrics;
  logger: Logger;
  /** Connections that are there already; opened when they are not. */
  database?: Database;
}

const CENSUS_EVERY_MS = 1_000;
const POSITIONS_EVERY_MS = 1_000;
const LAG_EVERY_MS = 1_000;
const PROGRESS_EVERY_MS = 5_000;
const MAINTENANCE_EVERY_MS = 600_000;
/** Beside the time of a lease: how long a partition may be nobody's before that is a problem. */
const HAND_OVER_MS = 5_000;
const NOBODY: Publisher = { publish: () => undefined };

/** One projection, projected by this process in one role: every partition's loop and what they share. */
export class Projection {
  readonly database: Database;
  readonly loops: PartitionLoop[];
  readonly meter = new ReplayMeter();
  parked: ParkedCount = { count: 0, since: null, oldestSeconds: 0 };
  private readonly leases: LeaseStore;
  private readonly tenancy: Tenancy;
  private readonly announcer: Announcer;
  private readonly metrics: ProjectorMetrics;
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;

  constructor(
    readonly record: Pick<ProjectionRecord, 'version' | 'schema'>,
    readonly role: ProjectionRole,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly tools: ProjectionTools,
  ) {
    const { owner, leaseMs } = options;
    this.logger = tools.logger.child({ projection: record.version });
    // Gauges by partition are of the projection that is read; of the others there is only what is left to build.
    this.metrics = role === 'active' ? tools.metrics : new ProjectorMetrics(new Registry());
    this.database = tools.database ?? openDatabase(record.schema, options, this.logger);
    const Leases = role === 'active' ? ActiveLeases : LeaseStore;
    this.leases = new Leases(this.database, owner, leaseMs);
    this.tenancy = new Tenancy(owner, log.partitions);
    const publisher = role === 'active' ? log.publisher : NOBODY;
    this.announcer = new Announcer(publisher, this.metrics, this.logger);
    // Every partition's loop waits for it, however many there are.
    setMaxListeners(0, this.stopping.signal);
    this.loops = this.createLoops();
  }

  /** Starts in the background. */
  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  /** Finishes what is in a transaction, releases the leases and closes the connections to Postgres. */
  async stop(): Promise<void> {
    await this.halt();
    await this.leave();
    await this.database.close();
  }

  /**
   * Ends, and returns the same projection in another role, to be started. It keeps the connections, with the plans that
   * are made on them, and the place among the projectors: nothing is committed while roles change.
   */
  async become(record: ProjectionRecord, role: ProjectionRole): Promise<Projection> {
    await this.halt();
    const { database, options, log, tools } = this;
    return new Projection(record, role, options, log, { ...tools, database });
  }

  /** Begins reading anew, by way of the log doctor. */
  shake(): void {
    for (const loop of this.loops) loop.shake();
  }

  statuses() {
    return this.loops.map((loop) => loop.status);
  }

  /** Whether every partition is projected, by this process or another one. */
  check(): CheckResult {
    const unowned = this.tenancy.unownedFor(this.options.leaseMs + HAND_OVER_MS);
    return partitionsCheck(this.statuses(), { unowned, nowMs: performance.now() });
  }

  /** How far this process's part of it is. */
  progress(): ProjectionProgress {
    const statuses = this.statuses();
    const owned = statuses.filter((each) => each.owned).length;
    const eventsPerSecond = this.meter.current?.eventsPerSecond ?? 0;
    const { version } = this.record;
    return { version, role: this.role, owned, remaining: totalLag(statuses), eventsPerSecond };
  }

  private async halt(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private createLoops(): PartitionLoop[] {
    const { leaseMs, limits, followEndMs } = this.options;
    const { leases, tenancy, announcer, metrics, logger } = this;
    const { js, jsm, partitions } = this.log;
    const store = new BatchStore(this.database, leaseMs, { muted: this.role === 'building' });
    const suspicion = new Suspicion(leases, limits.maxEvents);
    const committer = new BatchCommitter(store, suspicion, announcer, metrics, logger);
    const announcePositions = (partition: number) => this.announce(partition);
    const shared = new SharedReading(js, partitions, logger);
    const log = { js, jsm, shared, leases };
    const tools = { ...log, tenancy, committer, announcePositions, limits, followEndMs, metrics, logger };
    return Array.from({ length: partitions }, (_, partition) => new PartitionLoop(partition, tools));
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { leaseMs } = this.options;
    await retryUntilDone(signal, () => this.leases.succeed(), this.notCounted);
    await retryUntilDone(signal, () => this.takeCensus(), this.notCounted);
    await Promise.all([
      ...this.loops.map((loop) => loop.run(signal)),
      this.maintainChanges(signal),
      periodically(this.censusEveryMs, signal, () => this.takeCensus(), this.notCounted),
      this.every(leaseMs / 3, 'leases not renewed', () => this.renewLeases()),
      this.every(leaseMs / 3, 'parked events not counted', async () => {
        this.parked = await parkedCount(this.database);
        this.metrics.parkedNow.set(this.parked.count);
        this.metrics.parkedOldestSeconds.set(this.parked.oldestSeconds);
      }),
      this.every(POSITIONS_EVERY_MS, 'positions not repeated', () =>
        this.announcer.repeatPositions(performance.now()),
      ),
      this.every(LAG_EVERY_MS, 'lag not measured', async () => {
        await Promise.all(this.loops.map((loop) => loop.lag.tell()));
      }),
      this.every(PROGRESS_EVERY_MS, 'progress not measured', () => this.reportProgress()),
    ]);
  }

  private every(everyMs: number, failure: string, task: () => Promise<void> | void): Promise<void> {
    return periodically(everyMs, this.stopping.signal, task, (err) => this.logger.warn({ err }, failure));
  }

  private async announce(partition: number): Promise<void> {
    const positions = await guildPositions(this.database);
    const { partitions } = this.log;
    this.announcer.positions(
      positions.filter(({ guildId }) => partitionOf(guildId, partitions) === partition),
    );
  }

  private async renewLeases(): Promise<void> {
    const held = this.loops.filter((loop) => loop.lease !== null);
    this.metrics.partitionsOwned.set(held.length);
    const lost = await this.leases.renew(held.map((loop) => loop.lease!));
    for (const { partition, epoch } of lost) {
      this.logger.warn({ partition, epoch }, 'lease lost');
      this.loops.find((loop) => loop.lease?.partition === partition && loop.lease.epoch === epoch)?.evict();
    }
  }

  private get censusEveryMs(): number {
    return Math.min(CENSUS_EVERY_MS, this.options.leaseMs / 3);
  }

  private readonly notCounted = (err: unknown) => this.logger.warn({ err }, 'projectors not counted');

  /** Agrees with the other projectors on who has how many partitions, and gives up what is too many or paused. */
  private async takeCensus(): Promise<void> {
    const { tenancy } = this;
    tenancy.update(await this.leases.census());
    const held = this.loops.filter((loop) => loop.lease !== null);
    const paused = held.filter((loop) => tenancy.paused.has(loop.partition));
    const others = held.filter((loop) => !tenancy.paused.has(loop.partition));
    const surplus = Math.max(0, tenancy.surplus - paused.length);
    for (const loop of [...paused, ...others.slice(others.length - surplus)]) loop.evict();
  }

  private async leave(): Promise<void> {
    try {
      await this.leases.leave();
    } catch (error) {
      this.logger.warn({ err: error }, 'the others will notice only later that this projector is gone');
    }
  }

  private async maintainChanges(signal: AbortSignal): Promise<void> {
    const partitions = new ChangePartitions(this.database, this.options.changesRetentionHours);
    const maintain = async () => {
      const { created, dropped } = await partitions.maintain(await databaseTimeMs(this.database));
      if (created.length + dropped.length > 0) this.logger.info({ created, dropped }, 'changes partitions');
    };
    const failed = (err: unknown) => this.logger.warn({ err }, 'changes partitions not maintained');
    await retryUntilDone(signal, maintain, failed);
    await periodically(MAINTENANCE_EVERY_MS, signal, maintain, failed);
  }

  private reportProgress(): void {
    const progress = this.meter.measure(totalLag(this.statuses()), performance.now());
    this.metrics.replayRate.set(progress?.eventsPerSecond ?? 0);
    this.metrics.replayRemainingSeconds.set(progress?.remainingSeconds ?? 0);
    if (progress) this.logger.info(progress, this.role === 'building' ? 'building' : 'replaying');
  }
}

const openDatabase = (
  schema: string,
  { databaseUrl: url, poolSize, owner, leaseMs: idleInTransactionMs }: ProjectionOptions,
  logger: Logger,
): Database =>
  new Database({ url, schema, applicationName: `projector/${owner}`, poolSize, idleInTransactionMs }, logger);
