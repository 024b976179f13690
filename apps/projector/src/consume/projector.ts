import { partitionOf } from '@discord-relay/contracts';
import type { HealthRegistry, Logger } from '@discord-relay/platform';
import { migrate, PROJECTION_VERSION, projectionSchema } from '@discord-relay/read-model';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Announcer } from '../announce/announcer.js';
import type { ProjectorMetrics } from '../metrics.js';
import {
  BatchStore,
  ChangePartitions,
  Database,
  guildPositions,
  LeaseStore,
  parkedCount,
} from '../store/index.js';
import { BatchCommitter } from './batch-committer.js';
import type { InboxLimits } from './inbox.js';
import { readPartitionCount } from './log-reader.js';
import { PartitionLoop } from './partition-loop.js';
import { partitionsCheck, ReplayMeter, totalLag } from './partition-status.js';
import { periodically, untilDone } from './periodic.js';

export interface ProjectorOptions {
  databaseUrl: string;
  poolSize: number;
  /** Names this process as an owner of partitions. */
  owner: string;
  leaseMs: number;
  limits: InboxLimits;
  changesRetentionHours: number;
}

/** The part of the process's NATS link that is used here. */
export interface NatsSource {
  connection: Promise<NatsConnection>;
  onReconnect(callback: () => void): void;
}

const POSITIONS_EVERY_MS = 1_000;
const PROGRESS_EVERY_MS = 5_000;
const MAINTENANCE_EVERY_MS = 600_000;

/** The whole projector: every partition's loop and what they share. */
export class Projector {
  private readonly database: Database;
  private readonly leases: LeaseStore;
  private readonly stopping = new AbortController();
  private readonly meter = new ReplayMeter();
  private loops: PartitionLoop[] = [];
  private parked = 0;
  private obstacle: string | null = 'starting';
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: ProjectorOptions,
    private readonly nats: NatsSource,
    private readonly metrics: ProjectorMetrics,
    health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    const { databaseUrl: url, poolSize, owner, leaseMs } = options;
    const schema = projectionSchema(PROJECTION_VERSION);
    const applicationName = `projector/${owner}`;
    this.database = new Database(
      { url, schema, applicationName, poolSize, idleInTransactionMs: leaseMs },
      logger,
    );
    this.leases = new LeaseStore(this.database, owner, leaseMs);
    this.registerHealth(health);
  }

  /** Starts in the background: Postgres, NATS and the log may all come later. */
  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  /** Finishes what is in a transaction, releases the leases and closes the connections to Postgres. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.database.close();
  }

  private async run(signal: AbortSignal): Promise<void> {
    await this.attempt('migrating', () => migrate(this.options.databaseUrl));
    const connection = await Promise.race([this.nats.connection, aborted(signal)]);
    if (!connection) return;
    const jsm = await this.attempt('waiting for JetStream', () => jetstreamManager(connection));
    if (!jsm) return;
    const partitions = await this.attempt('waiting for stream', () => readPartitionCount(jsm));
    if (!partitions) return;
    const announcer = new Announcer(connection, this.metrics, this.logger);
    const { leaseMs, limits } = this.options;
    const { leases, metrics, logger } = this;
    const store = new BatchStore(this.database, leaseMs);
    const committer = new BatchCommitter(store, announcer, metrics, logger);
    const announcePositions = (partition: number) => this.announce(announcer, partition, partitions);
    const js = jetstream(connection);
    const tools = { js, jsm, leases, committer, announcePositions, limits, metrics, logger };
    this.loops = Array.from({ length: partitions }, (_, partition) => new PartitionLoop(partition, tools));
    this.nats.onReconnect(() => this.loops.forEach((loop) => loop.shake()));
    await Promise.all([
      ...this.loops.map((loop) => loop.run(signal)),
      this.maintainChanges(signal),
      this.every(leaseMs / 3, 'leases not renewed', () => this.renewLeases()),
      this.every(leaseMs / 3, 'parked events not counted', async () => {
        this.parked = await parkedCount(this.database);
      }),
      this.every(POSITIONS_EVERY_MS, 'positions not repeated', () => announcer.repeatPositions(Date.now())),
      this.every(PROGRESS_EVERY_MS, 'progress not measured', () => this.reportProgress()),
    ]);
  }

  /** Tries a step of the start until it works; null when the projector is stopped first. */
  private async attempt<T>(step: string, task: () => Promise<T>): Promise<T | null> {
    const result = await untilDone(this.stopping.signal, task, (error) => {
      const obstacle = `${step}: ${(error as Error).message}`;
      if (this.obstacle !== obstacle) this.logger.warn({ err: error, step }, 'start is held up');
      this.obstacle = obstacle;
    });
    this.obstacle = null;
    return result;
  }

  private every(everyMs: number, failure: string, task: () => Promise<void> | void): Promise<void> {
    return periodically(everyMs, this.stopping.signal, task, (err) => this.logger.warn({ err }, failure));
  }

  private async announce(announcer: Announcer, partition: number, partitions: number): Promise<void> {
    const positions = await guildPositions(this.database);
    announcer.positions(positions.filter(({ guildId }) => partitionOf(guildId, partitions) === partition));
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

  private async maintainChanges(signal: AbortSignal): Promise<void> {
    const partitions = new ChangePartitions(this.database, this.options.changesRetentionHours);
    const maintain = async () => {
      const { created, dropped } = await partitions.maintain(Date.now());
      if (created.length + dropped.length > 0) this.logger.info({ created, dropped }, 'changes partitions');
    };
    const failed = (err: unknown) => this.logger.warn({ err }, 'changes partitions not maintained');
    await untilDone(signal, maintain, failed);
    await periodically(MAINTENANCE_EVERY_MS, signal, maintain, failed);
  }

  private reportProgress(): void {
    const progress = this.meter.measure(totalLag(this.statuses()), Date.now());
    if (progress) this.logger.info(progress, 'replaying');
  }

  private statuses() {
    return this.loops.map((loop) => loop.status);
  }

  private registerHealth(health: HealthRegistry): void {
    health.register('postgres', () => {
      const { unavailable } = this.database;
      return { ok: unavailable === null, detail: unavailable ?? 'connected' };
    });
    health.register('projection', () =>
      this.loops.length === 0
        ? { ok: false, detail: this.obstacle ?? 'starting' }
        : partitionsCheck(this.statuses()),
    );
    health.register('parked', () => ({ ok: true, detail: `${this.parked} events parked` }));
    health.describe(() => ({
      projectionVersion: PROJECTION_VERSION,
      partitions: this.statuses(),
      replay: this.meter.current,
    }));
  }
}

/** Resolves to null when the signal aborts. */
function aborted(signal: AbortSignal): Promise<null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
}
