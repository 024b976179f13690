import {
  AppError,
  type Comparison,
  PROJECTIONS_CHANGED_SUBJECT,
  type Switched,
} from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import {
  activate,
  createProjection,
  createReadModelPool,
  dropProjection,
  listProjections,
  type ProjectionRecord,
  type ProjectionState,
  RELAY_SCHEMA,
  SHAPE,
  tryLockProjections,
  unlockProjections,
} from '@discord-relay/read-model';
import type { Pool, PoolClient } from 'pg';
import { elapsed } from '../consume/periodic.js';
import type { LogAccess, ProjectionOptions } from '../consume/projection.js';
import { compareTables, inSnapshot } from './compare.js';
import type { ProjectionSet } from './projection-set.js';
import { TakenProjection } from './taken-projection.js';

type Positions = ReadonlyMap<number, number>;

/** How long the one that is read may take to pass where the other one stands. */
const PASS_MS = 30_000;
const LOOK_AGAIN_MS = 20;
/** Enough to leave the last few events for the time in which nobody commits. */
const CLOSING_ROUNDS = 2;

/** What operators ask for: building, comparing, switching and removing projections. */
export class ProjectionAdmin {
  constructor(
    private readonly set: ProjectionSet,
    private readonly options: ProjectionOptions,
    private readonly log: LogAccess,
    private readonly logger: Logger,
  ) {}

  /** Begins to build a projection of this code's shape, or says which one is being built. */
  async rebuild(): Promise<{ version: number; created: boolean }> {
    const result = await createProjection(this.options.databaseUrl);
    if (result.created) this.tell();
    await this.set.refresh();
    return result;
  }

  /**
   * Compares the active projection with another one at one position of the log. The other one stands still meanwhile,
   * the active one serves and goes on.
   * @throws AppError PROJECTION.NOT_FOUND, NOT_READY or BUSY
   */
  async compare(version?: number): Promise<Comparison> {
    return this.alone(
      async (pool, { source, target }) => {
        const taken = await this.take(target);
        try {
          await this.passed(pool, source, taken.positions);
          const tables = await inSnapshot(pool, async (client) => {
            await taken.bringTo(await positionsOf(client, source));
            return inSnapshot(pool, (other) =>
              compareTables({ client, schema: source.schema }, { client: other, schema: target.schema }),
            );
          });
          const equal = tables.every((table) => table.equal);
          return { source: source.version, target: target.version, equal, tables };
        } finally {
          await taken.release();
        }
      },
      version ?? (await this.newest('ready', 'retired')),
    );
  }

  /**
   * Makes another projection the one that is read: a build that is ready, or one that was read before. Both are at the
   * same position of the log when it happens, and nothing is committed to either in between.
   * @throws AppError PROJECTION.NOT_FOUND, NOT_READY or BUSY; then nothing has changed
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
        await this.passed(pool, source, taken.positions);
        for (let round = 0; round < CLOSING_ROUNDS; round++)
          await taken.bringTo(await positionsOf(pool, source));
        const pauseMs = await this.flip(pool, source, target, taken);
        // Until everybody has changed roles nothing is committed that is read: tidying up comes after.
        this.tell();
        return { from: source.version, to: version, pauseMs };
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

  /** Removes a projection with all its rows. @throws AppError PROJECTION.NOT_FOUND, IN_USE or BUSY */
  async drop(version: number): Promise<void> {
    await this.locked((_, client) => dropProjection(client, version));
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
    source: ProjectionRecord,
    target: ProjectionRecord,
    taken: TakenProjection,
  ): Promise<number> {
    const client = await pool.connect();
    let failed = true;
    try {
      await client.query('BEGIN');
      const startedMs = performance.now();
      await taken.bringTo(await positionsOf(client, source, 'FOR UPDATE'));
      await client.query(
        `UPDATE ${source.schema}.checkpoints SET epoch = epoch + 1, owner = NULL, lease_until = now()`,
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

  /** Waits until the source is nowhere behind those positions, unless nobody projects it. */
  private async passed(pool: Pool, source: ProjectionRecord, positions: Positions): Promise<void> {
    const deadline = Date.now() + PASS_MS;
    for (;;) {
      const reached = await positionsOf(pool, source);
      if ([...positions].every(([partition, seq]) => (reached.get(partition) ?? 0) >= seq)) return;
      if (source.shape !== SHAPE && (await isAbandoned(pool, source))) return;
      if (Date.now() > deadline)
        throw new AppError(
          'PROJECTION.NOT_READY',
          `projection ${source.version} is behind ${positions.size} positions of the other and does not move`,
        );
      await elapsed(LOOK_AGAIN_MS, new AbortController().signal);
    }
  }

  private alone<T>(
    work: (pool: Pool, pair: { source: ProjectionRecord; target: ProjectionRecord }) => Promise<T>,
    version: number,
  ): Promise<T> {
    return this.locked(async (pool, client) => {
      const records = await listProjections(client);
      const source = records.find(({ state }) => state === 'active');
      const target = records.find((each) => each.version === version);
      if (!source || !target || source === target)
        throw new AppError('PROJECTION.NOT_FOUND', `there is no projection ${version} beside the active one`);
      if (target.shape !== SHAPE)
        throw new AppError(
          'PROJECTION.NOT_READY',
          `projection ${version} has shape ${target.shape}: ask a projector of the release that made it`,
        );
      return work(pool, { source, target });
    });
  }

  private async locked<T>(work: (pool: Pool, client: PoolClient) => Promise<T>): Promise<T> {
    const { databaseUrl: url, owner } = this.options;
    const applicationName = `projector/${owner}/admin`;
    const pool = createReadModelPool({
      url,
      schema: RELAY_SCHEMA,
      poolSize: 4,
      applicationName,
      onLost: (err) => this.logger.warn({ err }, 'postgres connection failed'),
    });
    try {
      const client = await pool.connect();
      try {
        if (!(await tryLockProjections(client))) throw new AppError('PROJECTION.BUSY');
        const result = await work(pool, client);
        await unlockProjections(client);
        return result;
      } finally {
        client.release(true);
      }
    } finally {
      await pool.end();
    }
  }

  /** Whoever reads or projects looks at `relay.projections` now instead of a little later. */
  private tell(): void {
    this.log.publisher.publish(PROJECTIONS_CHANGED_SUBJECT, '{}');
  }
}

async function positionsOf(
  client: Pick<Pool | PoolClient, 'query'>,
  { schema }: ProjectionRecord,
  lock: 'FOR UPDATE' | '' = '',
): Promise<Positions> {
  const { rows } = await client.query<{ partition: number; seq: string }>(
    `SELECT partition, seq FROM ${schema}.checkpoints ORDER BY partition ${lock}`,
  );
  return new Map(rows.map(({ partition, seq }) => [partition, Number(seq)]));
}

async function isAbandoned(pool: Pool, { schema }: ProjectionRecord): Promise<boolean> {
  const { rows } = await pool.query<{ held: boolean }>(
    `SELECT coalesce(bool_or(owner IS NOT NULL AND lease_until > now()), false) AS held FROM ${schema}.checkpoints`,
  );
  return !rows[0]!.held;
}
