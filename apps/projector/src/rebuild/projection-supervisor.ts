import type { Logger } from '@discord-relay/platform';
import { listProjections, markReady, type ProjectionRecord, SHAPE } from '@discord-relay/read-model';
import { Projection } from '../consume/projection.js';
import type { LogAccess, ProjectionOptions, ProjectionRole } from '../consume/projection-options.js';
import { REPLAY_THRESHOLD_EVENTS } from '../consume/partition-status.js';
import type { ProjectorMetrics } from '../metrics.js';
import { partitionEnds } from '../log/log-state.js';
import { checkpointsOf, type Database } from '../store/index.js';
import { SearchIndexBuilder } from './search-index-builder.js';

const ROLES: Record<ProjectionRecord['state'], ProjectionRole> = {
  active: 'active',
  building: 'building',
  ready: 'following',
  retired: 'following',
};

/** How long the removal of a projection may take. A projection that still exists afterwards is projected again. */
const REMOVAL_MS = 60_000;

/** A projection that is about to be removed. */
interface Removal {
  createdAt: Date;
  /** Deadline of the removal, by the monotonic clock. */
  untilMs: number;
}

export interface RegisteredProjections {
  /** The projection that clients read; it may have any shape. */
  active: ProjectionRecord | undefined;
  records: ProjectionRecord[];
}

/**
 * Runs every registered projection of this code's shape, in the role that `relay.projections` assigns. A projection whose role
 * changes stops and starts again from its checkpoints.
 */
export class ProjectionSupervisor {
  private readonly running = new Map<number, Projection>();
  /** The ends of the log's partitions when a projection was first checked. */
  private readonly targets = new WeakMap<Projection, number[]>();
  private readonly searchIndexes: SearchIndexBuilder;
  private refreshing: Promise<void> = Promise.resolve();
  /** By version. A later projection may have the same version, but not the same creation time. */
  private readonly removals = new Map<number, Removal>();
  registered: RegisteredProjections = { active: undefined, records: [] };

  constructor(
    private readonly relay: Database,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly metrics: ProjectorMetrics,
    private readonly logger: Logger,
  ) {
    this.searchIndexes = new SearchIndexBuilder(options.databaseUrl, logger);
  }

  /** The active projection, if this process projects it. */
  get active(): Projection | undefined {
    return [...this.running.values()].find(({ role }) => role === 'active');
  }

  all(): Projection[] {
    return [...this.running.values()];
  }

  /** Starts, stops and changes projections to match the registered ones; calls run one after the other. @throws the driver's error */
  refresh(): Promise<void> {
    const next = this.refreshing.catch(() => undefined).then(() => this.refreshOnce());
    this.refreshing = next;
    return next;
  }

  /** Stops projecting a projection that is about to be removed. Resolves when its leases are released. */
  async stopForRemoval(version: number): Promise<void> {
    const records = await this.relay.withClient((client) => listProjections(client));
    const found = records.find((each) => each.version === version);
    if (!found) return;
    this.removals.set(version, { createdAt: found.createdAt, untilMs: performance.now() + REMOVAL_MS });
    await this.refresh();
  }

  async stop(): Promise<void> {
    await this.refreshing.catch((err: unknown) =>
      this.logger.debug({ err }, 'last refresh of the projections failed'),
    );
    await Promise.all([this.searchIndexes.stop(), ...this.all().map((each) => each.stop())]);
    this.running.clear();
  }

  private async refreshOnce(): Promise<void> {
    const records = await this.relay.withClient((client) => listProjections(client));
    this.registered = { active: records.find(({ state }) => state === 'active'), records };
    const projected = records.filter((each) => each.shape === SHAPE && !this.isBeingRemoved(each));
    const ours = new Map(projected.map((each) => [each.version, each]));
    // In parallel, so that the newly active projection does not wait for the previous one to stop.
    const changed = this.all().filter(({ record, role }) => {
      const now = ours.get(record.version);
      return now === undefined || ROLES[now.state] !== role;
    });
    await Promise.all(changed.map((each) => this.stopOrChangeRole(each, ours.get(each.record.version))));
    for (const record of ours.values()) this.startUnlessRunning(record);
    for (const projection of this.running.values()) {
      if (projection.role === 'building') await this.markReadyOnceCaughtUp(projection);
      else if (this.searchIndexes.needsBuild(projection) && (await this.hasCaughtUp(projection)))
        this.searchIndexes.build(projection);
    }
  }

  private isBeingRemoved({ version, createdAt }: ProjectionRecord): boolean {
    const removal = this.removals.get(version);
    if (removal === undefined || removal.untilMs < performance.now()) return false;
    return removal.createdAt.getTime() === createdAt.getTime();
  }

  private async stopOrChangeRole(projection: Projection, next: ProjectionRecord | undefined): Promise<void> {
    this.running.delete(projection.record.version);
    if (next) return this.launch(await projection.changeRole(next, ROLES[next.state]));
    await this.searchIndexes.cancel(projection.record.version);
    await projection.stop();
  }

  private startUnlessRunning(record: ProjectionRecord): void {
    if (this.running.has(record.version)) return;
    const { metrics, logger } = this;
    this.launch(new Projection(record, ROLES[record.state], this.options, this.log, { metrics, logger }));
  }

  private launch(projection: Projection): void {
    const { record, role } = projection;
    this.running.set(record.version, projection);
    this.logger.info({ projection: record.version, role }, 'projection started');
    projection.start();
  }

  private async markReadyOnceCaughtUp(projection: Projection): Promise<void> {
    if (!(await this.hasCaughtUp(projection))) return;
    const { version } = projection.record;
    await this.relay.withClient((client) => markReady(client, version));
    this.logger.info({ projection: version }, 'projection is ready for a switch');
  }

  /**
   * Whether everything that was in the log at the first check is in the rows, and the end of the log is near. The second
   * condition alone is not enough: the build of a short log is near the end before it has read anything.
   */
  private async hasCaughtUp(projection: Projection): Promise<boolean> {
    const ends = await partitionEnds(this.log.jsm, this.log.partitions);
    const targets = this.targets.get(projection) ?? ends;
    this.targets.set(projection, targets);
    const checkpoints = await checkpointsOf(projection.database);
    return isAt(checkpoints, targets, 0) && isAt(checkpoints, ends, REPLAY_THRESHOLD_EVENTS);
  }
}

/** Whether no partition is more than `withinSeqs` behind its end. */
const isAt = (
  checkpoints: ReadonlyMap<number, number>,
  ends: readonly number[],
  withinSeqs: number,
): boolean => ends.every((end, partition) => (checkpoints.get(partition) ?? -Infinity) >= end - withinSeqs);
