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
import type { LogAccess, ProjectionOptions } from '../consume/projection.js';
import { compareTables, inSnapshot } from './compare.js';
import type { ProjectionSet } from './projection-supervisor.js';
import { divergedPartitions, isHeld, SourceProjection } from './source-projection.js';
import { TakenProjection } from '../consume/projection-takeover.js';

/** Enough to leave the last few events for the time in which nobody commits. */
const CLOSING_ROUNDS = 2;
const LOOK_AGAIN_MS = 50;

/** What operators ask for: building, comparing, switching and removing projections. */
export class ProjectionAdmin {
  constructor(
    private readonly set: ProjectionSet,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly logger: Logger,
  ) {}

  /**
   * Begins to build a projection of this code's shape, or says which one is being built. A build of another log than the
   * one that is there can never be used: it is removed first.
   */
  async rebuild(): Promise<{ version: number; created: boolean }> {
    await this.dropDivergedBuilds();
    const result = await createProjection(this.options.databaseUrl);
    if (result.created) this.tell();
    await this.set.refresh();
    return result;
  }

  /**
   * Compares the active projection with another one at one position of the log. The other one stands still meanwhile,
   * the active one serves and goes on. Partitions of the active one whose checkpoint does not belong to the log are
   * compared as they are, and named.
   * @throws AppError PROJECTION.NOT_FOUND, NOT_READY or BUSY
   */
  async compare(version?: number): Promise<Comparison> {
    return this.alone(
      async (pool, { source, target }) => {
        const taken = await this.take(target);
        try {
          await source.reach(taken.positions);
          const { schema, version: sourceVersion } = source.record;
          const tables = await inSnapshot(pool, async (client) => {
            await taken.bringTo(await source.positions(client));
            return inSnapshot(pool, (other) =>
              compareTables({ client, schema }, { client: other, schema: target.schema }),
            );
          });
          const equal = tables.every((table) => table.equal);
          const diverged = [...source.diverged];
          return { source: sourceVersion, target: target.version, equal, tables, diverged };
        } finally {
          await taken.release();
        }
      },
      version ?? (await this.newest('ready', 'retired')),
    );
  }

  /**
   * Makes another projection the one that is read: a build that is ready, or one that was read before. Both are at the
   * same position of the log when it happens, save where the active one belongs to another log, and nothing is
   * committed to either in between.
   * @throws AppError PROJECTION.NOT_FOUND, NOT_READY or BUSY; then nothing has changed
   * @throws AppError PROJECTION.LOG_DIVERGED when the other one does not belong to the log: it could not be projected
   */
  async switchTo(chosen?: number): Promise<Switched> {
    const version = chosen ?? (await this.newest('ready'));
    const switched = await this.alone(async (pool, { source, target }) => {
      if (target.state === 'building')
        throw new AppError(
          'PROJECTION.NOT_READY',
          `projection ${version} has not caught up with the log yet`,
        );
      const taken = await this.take(target);
      try {
        await taken.examine();
        await source.reach(taken.positions);
        for (let round = 0; round < CLOSING_ROUNDS; round++) await taken.bringTo(await source.positions());
        const pauseMs = await this.flip(pool, source, target, taken);
        // Until everybody has changed roles nothing is committed that is read: tidying up comes after.
        this.tell();
        return { from: source.record.version, to: version, pauseMs };
      } finally {
        await taken.release();
      }
    }, version);
    this.logger.info(switched, 'projection switched');
    await this.set.refresh();
    return switched;
  }

  /** Back to the projection that was read before. @throws AppError as {@link switchTo} */
  async rollback(): Promise<Switched> {
    return this.switchTo(await this.newest('retired'));
  }

  /**
   * Removes a projection with all its rows, after every projector has given it up.
   * @throws AppError PROJECTION.NOT_FOUND, IN_USE or BUSY
   */
  async drop(version: number): Promise<void> {
    await this.locked(async (pool) => {
      const client = await pool.connect();
      try {
        const found = (await listProjections(client)).find((each) => each.version === version);
        if (found && found.state !== 'active') await this.giveUp(pool, found);
        await dropProjection(client, version);
      } finally {
        client.release();
      }
    });
    this.logger.info({ projection: version }, 'projection dropped');
    this.tell();
    await this.set.refresh();
  }

  /** The one that came into the first of these states last, else into the next of them. */
  private async newest(...states: ProjectionState[]): Promise<number> {
    await this.set.refresh();
    const latestFirst = this.set.view.records.toSorted(
      (a, b) => Number(b.retiredAt) - Number(a.retiredAt) || b.version - a.version,
    );
    for (const wanted of states) {
      const found = latestFirst.find(({ state }) => state === wanted);
      if (found) return found.version;
    }
    throw new AppError('PROJECTION.NOT_FOUND', `no projection is ${states.join(' or ')}`);
  }

  private take(target: ProjectionRecord): Promise<TakenProjection> {
    const logger = this.logger.child({ projection: target.version });
    return TakenProjection.take(target, this.options, this.log, logger);
  }

  /** Nobody commits to the source from the first statement on; its loops find themselves fenced off afterwards. */
  private async flip(
    pool: Pool,
    source: SourceProjection,
    target: ProjectionRecord,
    taken: TakenProjection,
  ): Promise<number> {
    const client = await pool.connect();
    let failed = true;
    try {
      await client.query('BEGIN');
      const startedMs = performance.now();
      await taken.bringTo(await source.positions(client, 'FOR UPDATE'));
      await client.query(
        `UPDATE ${source.record.schema}.checkpoints SET epoch = epoch + 1, owner = NULL, lease_until = now()`,
      );
      // Given back with the flip: whoever hears of it can claim at once.
      await client.query(`UPDATE ${target.schema}.checkpoints SET owner = NULL, lease_until = now()`);
      await activate(client, target.version);
      await client.query('COMMIT');
      failed = false;
      return Math.round(performance.now() - startedMs);
    } finally {
      client.release(failed);
    }
  }

  /** Has every projector stop projecting it; one that does not is overtaken when its leases have run out. */
  private async giveUp(pool: Pool, { version, schema }: ProjectionRecord): Promise<void> {
    this.log.publisher.publish(PROJECTIONS_CHANGED_SUBJECT, JSON.stringify({ leave: version }));
    await this.set.leave(version);
    const deadlineMs = performance.now() + this.options.leaseMs;
    while ((await isHeld(pool, schema)) && performance.now() < deadlineMs)
      await delay(LOOK_AGAIN_MS, new AbortController().signal);
  }

  private async dropDivergedBuilds(): Promise<void> {
    await this.set.refresh();
    const builds = this.set.view.records.filter(
      ({ state, shape }) => shape === SHAPE && (state === 'building' || state === 'ready'),
    );
    if (builds.length === 0) return;
    const diverged = await this.locked(async (pool) => {
      const found = builds.map(({ schema }) => divergedPartitions(pool, schema, this.log.jsm));
      const partitions = await Promise.all(found);
      return builds.filter((_, i) => partitions[i]!.size > 0);
    });
    for (const { version } of diverged) await this.drop(version);
  }

  private alone<T>(
    work: (pool: Pool, pair: { source: SourceProjection; target: ProjectionRecord }) => Promise<T>,
    version: number,
  ): Promise<T> {
    return this.locked(async (pool) => {
      const records = await listProjections(pool);
      const source = records.find(({ state }) => state === 'active');
      const target = records.find((each) => each.version === version);
      if (!source || !target || source === target)
        throw new AppError('PROJECTION.NOT_FOUND', `there is no projection ${version} beside the active one`);
      if (target.shape !== SHAPE)
        throw new AppError(
          'PROJECTION.NOT_READY',
          `projection ${version} has shape ${target.shape}: ask a projector of the release that made it`,
        );
      return work(pool, { source: await SourceProjection.open(source, pool, this.log.jsm), target });
    });
  }

  private async locked<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    const { databaseUrl: url, owner } = this.options;
    const lock = await lockProjections(url);
    if (!lock) throw new AppError('PROJECTION.BUSY');
    const applicationName = `projector/${owner}/admin`;
    const pool = createReadModelPool({
      url,
      schema: RELAY_SCHEMA,
      poolSize: 4,
      applicationName,
      onLost: (err) => this.logger.warn({ err }, 'postgres connection failed'),
    });
    return lock.during(() => work(pool)).finally(() => pool.end());
  }

  /** Whoever reads or projects looks at `relay.projections` now instead of a little later. */
  private tell(): void {
    this.log.publisher.publish(PROJECTIONS_CHANGED_SUBJECT, '{}');
  }
}
