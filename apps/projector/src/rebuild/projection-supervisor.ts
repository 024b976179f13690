import type { Logger } from '@discord-relay/platform';
import { listProjections, markReady, type ProjectionRecord, SHAPE } from '@discord-relay/read-model';
import {
  type LogAccess,
  Projection,
  type ProjectionOptions,
  type ProjectionRole,
} from '../consume/projection.js';
import { REPLAY_THRESHOLD_EVENTS } from '../consume/partition-status.js';
import type { ProjectorMetrics } from '../metrics.js';
import { partitionEnds } from '../log/log-state.js';
import { checkpointsOf, type Database } from '../store/index.js';
import { SearchIndexes } from './search-index-builder.js';

const ROLES: Record<ProjectionRecord['state'], ProjectionRole> = {
  active: 'active',
  building: 'building',
  ready: 'following',
  retired: 'following',
};

/** How long the removal of a projection may take; if it is still there then, it is projected again. */
const REMOVAL_MS = 60_000;

interface Leaving {
  createdAt: Date;
  /** When the projection is projected again if it is still there, by the monotonic clock. */
  untilMs: number;
}

/** What of the projections this process has to do with. */
export interface ProjectionsView {
  /** The one that is read, whatever its shape. */
  active: ProjectionRecord | undefined;
  records: ProjectionRecord[];
}

/**
 * Projects what is there in this code's shape, each projection in the role that `relay.projections` gives it. A role
 * that changes ends what was under way and starts anew from the checkpoints.
 */
export class ProjectionSet {
  private readonly running = new Map<number, Projection>();
  /** What of the log was there when a build was first looked at. */
  private readonly aims = new WeakMap<Projection, number[]>();
  private readonly searchIndexes: SearchIndexes;
  private refreshing: Promise<void> = Promise.resolve();
  /** Projections that are about to be removed. The next one of that version is another one, with another time of creation. */
  private readonly leaving = new Map<number, Leaving>();
  view: ProjectionsView = { active: undefined, records: [] };

  constructor(
    private readonly relay: Database,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly metrics: ProjectorMetrics,
    private readonly logger: Logger,
  ) {
    this.searchIndexes = new SearchIndexes(options.databaseUrl, logger);
  }

  /** The active projection, where it is this process's to project. */
  get active(): Projection | undefined {
    return [...this.running.values()].find(({ role }) => role === 'active');
  }

  all(): Projection[] {
    return [...this.running.values()];
  }

  /** Brings what runs in line with what is registered; one call after the other. @throws the driver's error */
  refresh(): Promise<void> {
    const next = this.refreshing.catch(() => undefined).then(() => this.refreshOnce());
    this.refreshing = next;
    return next;
  }

  /** Projects that one no longer, for as long as its removal may take. Resolves when it is given up. */
  async leave(version: number): Promise<void> {
    const records = await this.relay.withClient((client) => listProjections(client));
    const found = records.find((each) => each.version === version);
    if (!found) return;
    this.leaving.set(version, { createdAt: found.createdAt, untilMs: performance.now() + REMOVAL_MS });
    await this.refresh();
  }

  async stop(): Promise<void> {
    await this.refreshing.catch((err: unknown) => this.logger.debug({ err }, 'last look at projections'));
    await Promise.all([this.searchIndexes.stop(), ...this.all().map((each) => each.stop())]);
    this.running.clear();
  }

  private async refreshOnce(): Promise<void> {
    const records = await this.relay.withClient((client) => listProjections(client));
    this.view = { active: records.find(({ state }) => state === 'active'), records };
    const projected = records.filter((each) => each.shape === SHAPE && !this.isLeaving(each));
    const ours = new Map(projected.map((each) => [each.version, each]));
    // At the same time: what is to be announced from now on must not wait for the end of what was until now.
    const leaving = this.all().filter(({ record, role }) => {
      const now = ours.get(record.version);
      return now === undefined || ROLES[now.state] !== role;
    });
    await Promise.all(leaving.map((each) => this.end(each, ours.get(each.record.version))));
    for (const record of ours.values()) this.startUnlessRunning(record);
    for (const projection of this.running.values()) {
      if (projection.role === 'building') await this.lookWhetherReady(projection);
      else if (this.searchIndexes.lacks(projection) && (await this.hasCaughtUp(projection)))
        this.searchIndexes.make(projection);
    }
  }

  private isLeaving({ version, createdAt }: ProjectionRecord): boolean {
    const leaving = this.leaving.get(version);
    if (leaving === undefined || leaving.untilMs < performance.now()) return false;
    return leaving.createdAt.getTime() === createdAt.getTime();
  }

  private async end(projection: Projection, next: ProjectionRecord | undefined): Promise<void> {
    this.running.delete(projection.record.version);
    if (next) this.launch(await projection.become(next, ROLES[next.state]));
    else await projection.stop();
  }

  private startUnlessRunning(record: ProjectionRecord): void {
    if (this.running.has(record.version)) return;
    const { metrics, logger } = this;
    this.launch(new Projection(record, ROLES[record.state], this.options, this.log, { metrics, logger }));
  }

  private launch(projection: Projection): void {
    const { record, role } = projection;
    this.running.set(record.version, projection);
    this.logger.info({ projection: record.version, role }, 'projecting');
    projection.start();
  }

  private async lookWhetherReady(projection: Projection): Promise<void> {
    if (!(await this.hasCaughtUp(projection))) return;
    const { version } = projection.record;
    await this.relay.withClient((client) => markReady(client, version));
    this.logger.info({ projection: version }, 'projection is ready to be switched to');
  }

  /**
   * Whatever was there at the first look is in the rows, and the end is near. The end alone would not do: of a short log
   * a build is near before it has read anything.
   */
  private async hasCaughtUp(projection: Projection): Promise<boolean> {
    const ends = await partitionEnds(this.log.jsm, this.log.partitions);
    const aims = this.aims.get(projection) ?? ends;
    this.aims.set(projection, aims);
    const checkpoints = await checkpointsOf(projection.database);
    return isAt(checkpoints, aims, 0) && isAt(checkpoints, ends, REPLAY_THRESHOLD_EVENTS);
  }
}

/** Whether no partition is more than `withinSeqs` behind its end. */
const isAt = (
  checkpoints: ReadonlyMap<number, number>,
  ends: readonly number[],
  withinSeqs: number,
): boolean => ends.every((end, partition) => (checkpoints.get(partition) ?? -Infinity) >= end - withinSeqs);
