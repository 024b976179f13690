import {
  AppError,
  type Comparison,
  PROJECTIONS_CHANGED_SUBJECT,
  type Switched,
} from '@discord-relay/contracts';
import { delay, type Logger } from '@discord-relay/platform';
import {
  activate,
  createProjection,
  createReadModelPool,
  dropProjection,
  listProjections,
  lockProjections,
  type ProjectionRecord,
  type ProjectionState,
  RELAY_SCHEMA,
  SHAPE,
} from '@discord-relay/read-model';
import type { Pool } from 'pg';
import type { LogAccess, ProjectionOptions } from '../consume/projection-options.js';
import { compareTables, inSnapshot } from './compare.js';
import type { ProjectionSupervisor } from './projection-supervisor.js';
import { divergedPartitions, hasOwner, SourceProjection } from './source-projection.js';
import { isSearchIndexBuilding } from './search-index.js';
import { ProjectionTakeover } from '../consume/projection-takeover.js';

/** After this many rounds, few events are left for the pause in which nothing is committed. */
const CATCH_UP_ROUNDS = 2;
const POLL_MS = 50;

/** The operators' commands on projections: rebuild, compare, switch, roll back and drop. */
export class ProjectionAdmin {
  constructor(
    private readonly supervisor: ProjectionSupervisor,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly logger: Logger,
  ) {}

  /**
   * Starts a build of a projection of this code's shape, or returns the one that is being built. First removes builds from
   * another log than the current one, because they can never be used.
   */
  async rebuild(): Promise<{ version: number; created: boolean }> {
    await this.dropDivergedBuilds();
    const result = await createProjection(this.options.databaseUrl);
    if (result.created) this.notifyProcesses();
    await this.supervisor.refresh();
    return result;
  }

  /**
   * Compares the active projection with another one at the same position of the log. Only the other one pauses for it.
   * Partitions of the active one whose checkpoint does not belong to the log are compared as they are, and returned as
   * `diverged`.
   * @throws AppError PROJECTION.NOT_FOUND, NOT_READY or BUSY
   */
  async compare(version?: number): Promise<Comparison> {
    return this.withPair(
      async (pool, { source, target }) => {
        const takeover = await this.takeOver(target);
        try {
          await source.waitFor(takeover.positions);
          const { schema, version: sourceVersion } = source.record;
          const tables = await inSnapshot(pool, async (client) => {
            await takeover.advanceTo(await source.positions(client));
            return inSnapshot(pool, (other) =>
              compareTables({ client, schema }, { client: other, schema: target.schema }),
            );
          });
          const equal = tables.every((table) => table.equal);
          const diverged = [...source.diverged];
          return { source: sourceVersion, target: target.version, equal, tables, diverged };
        } finally {
          await takeover.release();
        }
      },
      version ?? (await this.newest('ready', 'retired')),
    );
  }

  /**
   * Makes another projection the active one: a build that is ready, or one that was active before. At the switch both are at
   * the same position of the log, unless the active one belongs to another log, and nothing is committed to either.
   * @throws AppError PROJECTION.NOT_FOUND, NOT_READY or BUSY; then nothing has changed
   * @throws AppError PROJECTION.LOG_DIVERGED when the other one does not belong to the log and could not be advanced
   */
  async switchTo(chosen?: number): Promise<Switched> {
    const version = chosen ?? (await this.newest('ready'));
    const switched = await this.withPair(async (pool, { source, target }) => {
      if (target.state === 'building')
        throw new AppError(
          'PROJECTION.NOT_READY',
          `projection ${version} has not caught up with the log yet`,
        );
      const takeover = await this.takeOver(target);
      try {
        await takeover.assertLogMatches();
        await source.waitFor(takeover.positions);
        for (let round = 0; round < CATCH_UP_ROUNDS; round++)
          await takeover.advanceTo(await source.positions());
        const pauseMs = await this.switchProjection(pool, source, target, takeover);
        // Nothing is committed to the active projection until every projector has changed roles, so notify them first.
        this.notifyProcesses();
        return { from: source.record.version, to: version, pauseMs };
      } finally {
        await takeover.release();
      }
    }, version);
    this.logger.info(switched, 'projection switched');
    await this.supervisor.refresh();
    return switched;
  }

  /** Switches back to the projection that was active before. @throws AppError as {@link switchTo} */
  async rollback(): Promise<Switched> {
    return this.switchTo(await this.newest('retired'));
  }

  /**
   * Removes a projection with all its rows, after every projector has stopped projecting it.
   * @throws AppError PROJECTION.NOT_FOUND, IN_USE or BUSY
   */
  async drop(version: number): Promise<void> {
    await this.withLock(async (pool) => {
      const client = await pool.connect();
      try {
        const found = (await listProjections(client)).find((each) => each.version === version);
        if (found && found.state !== 'active') await this.stopEverywhere(pool, found);
        await dropProjection(client, version);
      } finally {
        client.release();
      }
    });
    this.logger.info({ projection: version }, 'projection dropped');
    this.notifyProcesses();
    await this.supervisor.refresh();
  }

  /** The newest projection in the first of these states that any projection has. */
  private async newest(...states: ProjectionState[]): Promise<number> {
    await this.supervisor.refresh();
    const latestFirst = this.supervisor.registered.records.toSorted(
      (a, b) => Number(b.retiredAt) - Number(a.retiredAt) || b.version - a.version,
    );
    for (const candidate of states) {
      const found = latestFirst.find(({ state }) => state === candidate);
      if (found) return found.version;
    }
    throw new AppError('PROJECTION.NOT_FOUND', `no projection is ${states.join(' or ')}`);
  }

  private takeOver(target: ProjectionRecord): Promise<ProjectionTakeover> {
    const logger = this.logger.child({ projection: target.version });
    return ProjectionTakeover.start(target, this.options, this.log, logger);
  }

  /** Its first statement locks the source against commits; then the source's loops are fenced off. */
  private async switchProjection(
    pool: Pool,
    source: SourceProjection,
    target: ProjectionRecord,
    takeover: ProjectionTakeover,
  ): Promise<number> {
    const client = await pool.connect();
    let failed = true;
    try {
      await client.query('BEGIN');
      const startedMs = performance.now();
      await takeover.advanceTo(await source.positions(client, 'FOR UPDATE'));
      await client.query(
        `UPDATE ${source.record.schema}.checkpoints SET epoch = epoch + 1, owner = NULL, lease_until = now()`,
      );
      // Released in the same transaction, so that projectors can claim at once.
      await client.query(
        `UPDATE ${target.schema}.checkpoints SET owner = NULL, lease_until = now(), muted_up_to = NULL`,
      );
      await activate(client, target.version);
      await client.query('COMMIT');
      failed = false;
      return Math.round(performance.now() - startedMs);
    } finally {
      client.release(failed);
    }
  }

  /**
   * Stops every projector of it, and builds of its search index. A projector that does not answer is waited for until its
   * leases expire.
   */
  private async stopEverywhere(pool: Pool, { version, schema }: ProjectionRecord): Promise<void> {
    this.log.publisher.publish(PROJECTIONS_CHANGED_SUBJECT, JSON.stringify({ leave: version }));
    await this.supervisor.stopForRemoval(version);
    const deadlineMs = performance.now() + this.options.leaseMs;
    const isUsed = async () => (await hasOwner(pool, schema)) || (await isSearchIndexBuilding(pool, schema));
    while ((await isUsed()) && performance.now() < deadlineMs)
      await delay(POLL_MS, new AbortController().signal);
  }

  private async dropDivergedBuilds(): Promise<void> {
    await this.supervisor.refresh();
    const builds = this.supervisor.registered.records.filter(
      ({ state, shape }) => shape === SHAPE && (state === 'building' || state === 'ready'),
    );
    if (builds.length === 0) return;
    const diverged = await this.withLock(async (pool) => {
      const found = builds.map(({ schema }) => divergedPartitions(pool, schema, this.log.jsm));
      const partitions = await Promise.all(found);
      return builds.filter((_, i) => partitions[i]!.size > 0);
    });
    for (const { version } of diverged) await this.drop(version);
  }

  private withPair<T>(
    work: (pool: Pool, pair: { source: SourceProjection; target: ProjectionRecord }) => Promise<T>,
    version: number,
  ): Promise<T> {
    return this.withLock(async (pool) => {
      const records = await listProjections(pool);
      const source = records.find(({ state }) => state === 'active');
      const target = records.find((each) => each.version === version);
      if (!source || !target || source === target)
        throw new AppError('PROJECTION.NOT_FOUND', `there is no projection ${version} beside the active one`);
      if (target.shape !== SHAPE)
        throw new AppError(
          'PROJECTION.NOT_READY',
          `projection ${version} has shape ${target.shape}: use a projector of the release that built it`,
        );
      return work(pool, { source: await SourceProjection.open(source, pool, this.log.jsm), target });
    });
  }

  private async withLock<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    const { databaseUrl: url, owner } = this.options;
    const lock = await lockProjections(url);
    if (!lock) throw new AppError('PROJECTION.BUSY');
    const applicationName = `projector/${owner}/admin`;
    const pool = createReadModelPool({
      url,
      schema: RELAY_SCHEMA,
      poolSize: 4,
      applicationName,
      onLost: (err) => this.logger.warn({ err }, 'Postgres connection failed'),
    });
    return lock.during(() => work(pool)).finally(() => pool.end());
  }

  /** Makes projectors and gateways read `relay.projections` at once instead of at their next poll. */
  private notifyProcesses(): void {
    this.log.publisher.publish(PROJECTIONS_CHANGED_SUBJECT, '{}');
  }
}
