import { setMaxListeners } from 'node:events';
import { partitionOf, type ProjectionProgress } from '@discord-relay/contracts';
import { type CheckResult, type Logger, periodically, retryUntilDone } from '@discord-relay/platform';
import type { ProjectionRecord } from '@discord-relay/read-model';
import { Registry } from 'prom-client';
import { Announcer, type Publisher } from '../commit/announcer.js';
import { BatchCommitter } from '../commit/batch-committer.js';
import { PoisonEventDetector } from '../commit/poison-event-detector.js';
import { SharedReader } from '../log/shared-reader.js';
import { ProjectorMetrics } from '../metrics.js';
import {
  ActiveLeases,
  BatchStore,
  ChangePartitions,
  type Database,
  databaseTimeMs,
  guildPositions,
  LeaseStore,
  MembershipStore,
  type ParkedCount,
  parkedCount,
} from '../store/index.js';
import { LeaseKeeper } from './lease-keeper.js';
import { PartitionAssignment } from './partition-assignment.js';
import { PartitionLoop } from './partition-loop.js';
import { partitionsCheck, ReplayMeter, totalLag } from './partition-status.js';
import {
  type LogAccess,
  openProjectionDatabase,
  type ProjectionOptions,
  type ProjectionRole,
  type ProjectionTools,
} from './projection-options.js';

const POSITIONS_EVERY_MS = 1_000;
const LAG_EVERY_MS = 1_000;
const PROGRESS_EVERY_MS = 5_000;
const MAINTENANCE_EVERY_MS = 600_000;
/** Added to the duration of a lease: a partition without an owner for longer than that is a problem. */
const HAND_OVER_MS = 5_000;
const NO_PUBLISHER: Publisher = { publish: () => undefined };

/** One projection in one role: a loop for each partition, and the parts that the loops share. */
export class Projection {
  readonly database: Database;
  readonly loops: PartitionLoop[];
  readonly meter = new ReplayMeter();
  parked: ParkedCount = { count: 0, since: null, oldestSeconds: 0 };
  private readonly assignment: PartitionAssignment;
  private readonly keeper: LeaseKeeper;
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
    // The metrics describe the active projection. For the others, only the remaining events are reported.
    this.metrics = role === 'active' ? tools.metrics : new ProjectorMetrics(new Registry());
    this.database = tools.database ?? openProjectionDatabase(record.schema, options, this.logger);
    this.assignment = new PartitionAssignment(owner, log.partitions, leaseMs);
    const publisher = role === 'active' ? log.publisher : NO_PUBLISHER;
    this.announcer = new Announcer(publisher, this.metrics, this.logger);
    // Every partition's loop adds a listener.
    setMaxListeners(0, this.stopping.signal);
    const Leases = role === 'active' ? ActiveLeases : LeaseStore;
    const leases = new Leases(this.database, owner, leaseMs);
    const membership = new MembershipStore(this.database, owner, leaseMs);
    this.loops = this.createLoops(leases);
    const { assignment, metrics, logger } = this;
    this.keeper = new LeaseKeeper(this.loops, { leases, membership, assignment, metrics, logger });
  }

  /** Starts in the background. */
  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  /** Finishes current transactions, releases the leases and closes the connections to Postgres. */
  async stop(): Promise<void> {
    this.stopping.abort();
    // The others learn that they may have these partitions while they are being released.
    await Promise.all([this.stopLoops(), this.keeper.leave()]);
    await this.database.close();
  }

  /**
   * Stops, and returns the same projection in another role, not yet started. It keeps the membership and the connections with
   * their prepared plans, because nothing is committed while roles change.
   */
  async changeRole(record: ProjectionRecord, role: ProjectionRole): Promise<Projection> {
    await this.stopLoops();
    const { database, options, log, tools } = this;
    return new Projection(record, role, options, log, { ...tools, database });
  }

  /** Starts reading again at the checkpoints, after the log doctor's check. */
  restart(): void {
    for (const loop of this.loops) loop.restart();
  }

  statuses() {
    return this.loops.map((loop) => loop.status);
  }

  /** Whether every partition is projected, by this process or another one. */
  check(): CheckResult {
    const unowned = this.assignment.unownedFor(this.options.leaseMs + HAND_OVER_MS);
    return partitionsCheck(this.statuses(), { unowned, nowMs: performance.now() });
  }

  /** The progress of the partitions that this process owns. */
  progress(): ProjectionProgress {
    const statuses = this.statuses();
    const owned = statuses.filter((each) => each.owned).length;
    const eventsPerSecond = this.meter.current?.eventsPerSecond ?? 0;
    const { version } = this.record;
    return { version, role: this.role, owned, remaining: totalLag(statuses), eventsPerSecond };
  }

  private async stopLoops(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private createLoops(leases: LeaseStore): PartitionLoop[] {
    const { leaseMs, limits, followEndMs } = this.options;
    const { assignment, announcer, metrics, logger } = this;
    const { js, jsm, quick, partitions } = this.log;
    const store = new BatchStore(this.database, leaseMs, { muted: this.role === 'building' });
    const detector = new PoisonEventDetector(leases, limits.maxEvents);
    const committer = new BatchCommitter(store, detector, announcer, metrics, logger);
    const announcePositions = (partition: number) => this.announcePositions(partition);
    const shared = new SharedReader(js, partitions, logger);
    const log = { js, jsm, quick, shared, leases };
    const tools = {
      ...log,
      assignment,
      committer,
      announcePositions,
      limits,
      followEndMs,
      metrics,
      logger,
    };
    return Array.from({ length: partitions }, (_, partition) => new PartitionLoop(partition, tools));
  }

  private async run(signal: AbortSignal): Promise<void> {
    await this.keeper.join(signal);
    await Promise.all([
      ...this.loops.map((loop) => loop.run(signal)),
      this.keeper.run(signal),
      this.maintainChanges(signal),
      this.every(this.options.leaseMs / 3, 'cannot count parked events', () => this.countParked()),
      this.every(POSITIONS_EVERY_MS, 'cannot repeat positions', () =>
        this.announcer.repeatPositions(performance.now()),
      ),
      this.every(LAG_EVERY_MS, 'cannot measure the lag', async () => {
        await Promise.all(this.loops.map((loop) => loop.lag.update()));
      }),
      this.every(PROGRESS_EVERY_MS, 'cannot measure the progress', () => this.reportProgress()),
    ]);
  }

  private every(everyMs: number, failure: string, task: () => Promise<void> | void): Promise<void> {
    return periodically(everyMs, this.stopping.signal, task, (err) => this.logger.warn({ err }, failure));
  }

  private async announcePositions(partition: number): Promise<void> {
    const positions = await guildPositions(this.database);
    const { partitions } = this.log;
    this.announcer.publishPositions(
      positions.filter(({ guildId }) => partitionOf(guildId, partitions) === partition),
    );
  }

  private async countParked(): Promise<void> {
    this.parked = await parkedCount(this.database);
    this.metrics.parkedNow.set(this.parked.count);
    this.metrics.parkedOldestSeconds.set(this.parked.oldestSeconds);
  }

  private async maintainChanges(signal: AbortSignal): Promise<void> {
    const partitions = new ChangePartitions(this.database, this.options.changesRetentionHours);
    const maintain = async () => {
      const { created, dropped } = await partitions.maintain(await databaseTimeMs(this.database));
      if (created.length + dropped.length > 0)
        this.logger.info({ created, dropped }, 'partitions of changes created or dropped');
    };
    const failed = (err: unknown) => this.logger.warn({ err }, 'cannot maintain the partitions of changes');
    await retryUntilDone(signal, maintain, failed);
    await periodically(MAINTENANCE_EVERY_MS, signal, maintain, failed);
  }

  private reportProgress(): void {
    const progress = this.meter.measure(totalLag(this.statuses()), performance.now());
    this.metrics.replayRate.set(progress?.eventsPerSecond ?? 0);
    this.metrics.replayRemainingSeconds.set(progress?.remainingSeconds ?? 0);
    if (progress)
      this.logger.info(progress, this.role === 'building' ? 'projection build progress' : 'replay progress');
  }
}
