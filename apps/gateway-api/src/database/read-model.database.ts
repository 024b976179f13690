import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { AppError } from '@discord-relay/contracts';
import type { HealthRegistry, Logger } from '@discord-relay/platform';
import {
  type ActiveProjection,
  activeProjection,
  createReadModelPool,
  explainPostgresError,
  RELAY_SCHEMA,
  SHAPE,
} from '@discord-relay/read-model';
import { ProjectionPool } from './projection-pool.js';
import { requireRights } from './require-rights.js';
import { databaseError, withClient } from './with-client.js';

export interface DatabaseOptions {
  url: string;
  poolSize: number;
}

/** A prepared statement: its name is unique to its text. */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** Runs statements, inside or outside a transaction. */
export interface Querying {
  rows<R extends QueryResultRow>(statement: Statement): Promise<R[]>;
}

const QUERY_TIMEOUT_MS = 10_000;
const PROBE_EVERY_MS = 2_000;
/** Interval of probes while there is nothing to read: load balancers send no clients to a replica until it is ready again. */
const PROBE_AGAIN_EVERY_MS = 200;

const CONNECTED = 'connected';

/** Reacts when another projection becomes the active one. Neither function may throw. */
export interface SwitchListener {
  /** The old projection is still read; nothing is committed to it any more. */
  before(): Promise<void>;
  /** The new projection is read. */
  after(): Promise<void>;
}

/**
 * Connections to the active projection; a switch is noticed while requests continue. They open in the background: until then,
 * and whenever Postgres is unavailable, queries fail with `SERVICE.UNAVAILABLE` and readiness is false.
 */
export class ReadModelDatabase implements Querying {
  private current: ProjectionPool | undefined;
  private switchListener: SwitchListener | undefined;
  private state = { postgres: 'connecting', projection: 'unknown' };
  private readonly stopping = new AbortController();
  private waking = new AbortController();
  private readonly probePool: Pool;
  private probing: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: DatabaseOptions,
    health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    health.register('postgres', () => check(this.state.postgres, CONNECTED));
    health.register('projection', () => check(this.state.projection, 'active'));
    this.probePool = this.createPool(RELAY_SCHEMA, 1);
  }

  onModuleInit(): void {
    this.probing = this.probeUntilStopped();
  }

  /** After the HTTP server and the sockets are closed. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.probing;
    await Promise.all([this.probePool.end(), this.current?.close()]);
  }

  onSwitch(follower: SwitchListener): void {
    this.switchListener = follower;
  }

  /** Checks now, instead of a little later, which projection is active. */
  checkActiveProjection(): void {
    this.waking.abort();
  }

  /** @throws AppError `SERVICE.UNAVAILABLE` when Postgres is unavailable */
  async rows<R extends QueryResultRow>(statement: Statement): Promise<R[]> {
    try {
      return await this.currentPool().use((pool) =>
        withClient(pool, async (client) => (await client.query<R>(statement)).rows),
      );
    } catch (error) {
      throw databaseError(error);
    }
  }

  /** Runs `work` on one consistent state of the database. @throws AppError as {@link rows} */
  async snapshot<T>(work: (query: Querying) => Promise<T>): Promise<T> {
    return this.currentPool().use((pool) => this.snapshotOn(pool, work));
  }

  private async snapshotOn<T>(pool: Pool, work: (query: Querying) => Promise<T>): Promise<T> {
    try {
      return await withClient(pool, async (client) => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        const result = await work(queryingOn(client));
        await client.query('COMMIT');
        return result;
      });
    } catch (error) {
      throw databaseError(error);
    }
  }

  private currentPool(): ProjectionPool {
    if (this.current) return this.current;
    throw new AppError('SERVICE.UNAVAILABLE', 'the database is unavailable, or has no read models yet');
  }

  private createPool(schema: string, poolSize: number): Pool {
    return createReadModelPool({
      url: this.options.url,
      queryTimeoutMs: QUERY_TIMEOUT_MS,
      schema,
      poolSize,
      applicationName: 'gateway-api',
      onLost: (err) => this.logger.warn({ err }, 'Postgres connection lost'),
    });
  }

  private async probeUntilStopped(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.probeAndLog();
      const isReading = this.current && this.state.postgres === CONNECTED;
      const everyMs = isReading ? PROBE_EVERY_MS : PROBE_AGAIN_EVERY_MS;
      await pause(everyMs, AbortSignal.any([signal, this.waking.signal]));
      if (this.waking.signal.aborted) this.waking = new AbortController();
    }
  }

  private async probeAndLog(): Promise<void> {
    const before = this.state.postgres;
    const obstacle = await this.probe();
    if (this.state.postgres === before) return;
    if (obstacle instanceof AppError)
      this.logger.error(
        { err: obstacle, code: obstacle.code },
        'Postgres cannot be used until an operator removes the cause',
      );
    else this.logger.info({ ...this.state }, 'Postgres state changed');
  }

  /** Running requests end on the old projection; new requests read the new one. */
  private async switchTo(projection: ActiveProjection): Promise<void> {
    const last = this.current;
    if (last?.projection.version === projection.version) return;
    await requireRights(this.probePool, projection.schema);
    const pool = this.createPool(projection.schema, this.options.poolSize);
    const next = new ProjectionPool(projection, pool);
    if (last) await this.testConnection(next);
    if (last) await this.switchListener?.before();
    this.current = next;
    if (!last) return;
    this.logger.info({ from: last.projection.version, to: projection.version }, 'projection switched');
    await this.switchListener?.after();
    await last.close();
  }

  private async testConnection(next: ProjectionPool): Promise<void> {
    try {
      await next.use((pool) => pool.query('SELECT'));
    } catch (error) {
      await next.close();
      throw error;
    }
  }

  /** Returns why Postgres cannot be used, or null. */
  private async probe(): Promise<unknown> {
    try {
      await requireRights(this.probePool, this.current?.projection.schema);
      const projection = await activeProjection(this.probePool);
      if (projection && projection.shape >= SHAPE) await this.switchTo(projection);
      this.state = { postgres: CONNECTED, projection: stateOf(projection) };
      return null;
    } catch (error) {
      const obstacle = explainPostgresError(error);
      this.state = { ...this.state, postgres: stateWithout(obstacle) };
      return obstacle;
    }
  }
}

/** A newer shape has all columns of the older ones; the projection's author ensures that. */
function stateOf(projection: ActiveProjection | null): string {
  if (!projection) return 'waiting for the projector’s first migration';
  if (projection.shape >= SHAPE) return 'active';
  return `projection ${projection.version} has shape ${projection.shape}, this version reads shape ${SHAPE}: rebuild`;
}

function stateWithout(obstacle: unknown): string {
  if (obstacle instanceof AppError) return `unusable: ${obstacle.message}`;
  return `unavailable: ${(obstacle as { code?: string }).code ?? 'no answer'}`;
}

const check = (state: string, good: string) => ({ ok: state === good, detail: state });

const queryingOn = (client: PoolClient): Querying => ({
  rows: async <R extends QueryResultRow>(statement: Statement) => (await client.query<R>(statement)).rows,
});

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
