import { AppError } from '@discord-relay/contracts';
import type { ClientBase, Pool } from 'pg';
import { HeldLock } from './postgres/held-lock.js';
import { RELAY_SCHEMA } from './schema.js';

/**
 * `building`: it catches up with the log; `ready`: it has, and follows; `active`: it is read; `retired`: it was read
 * before and follows on, so that there is a way back.
 */
export type ProjectionState = 'building' | 'ready' | 'active' | 'retired';

export interface ProjectionRecord {
  version: number;
  schema: string;
  /** `SHAPE` of the code that made it. */
  shape: number;
  state: ProjectionState;
  createdAt: Date;
  /** When it was last made the active one; null before. */
  activatedAt: Date | null;
  /** When another one was made active in its stead. */
  retiredAt: Date | null;
}

type Client = Pick<ClientBase | Pool, 'query'>;

/** Any number that nobody else locks in this database: "switch" in ASCII. */
const SWITCH_LOCK = 0x73_77_69_74_63_68n;
/** Rather fail and be repeated than make a projector's commits queue behind this. */
const DROP_LOCK_TIMEOUT_MS = 5_000;

const LIST = `
  SELECT version, schema, shape, created_at AS "createdAt", activated_at AS "activatedAt", retired_at AS "retiredAt",
         CASE WHEN active THEN 'active' WHEN retired_at IS NOT NULL THEN 'retired'
              WHEN ready_at IS NOT NULL THEN 'ready' ELSE 'building' END AS state
  FROM ${RELAY_SCHEMA}.projections ORDER BY version`;

/** Every projection there is, by version. @throws the driver's error */
export async function listProjections(client: Client): Promise<ProjectionRecord[]> {
  return (await client.query<ProjectionRecord>(LIST)).rows;
}

/** Notes that the projection has caught up with the log; without effect on one that has before. */
export async function markReady(client: Client, version: number): Promise<void> {
  await client.query(
    `UPDATE ${RELAY_SCHEMA}.projections SET ready_at = coalesce(ready_at, now()) WHERE version = $1`,
    [version],
  );
}

/**
 * Makes `version` the one that is read. To be called in a transaction that holds the checkpoints of the one before.
 * @throws AppError PROJECTION.NOT_FOUND when there is no such projection
 */
export async function activate(client: Client, version: number): Promise<void> {
  await client.query(
    `UPDATE ${RELAY_SCHEMA}.projections SET active = false, retired_at = now() WHERE active AND version <> $1`,
    [version],
  );
  const { rowCount } = await client.query(
    `UPDATE ${RELAY_SCHEMA}.projections
     SET active = true, activated_at = now(), retired_at = NULL, ready_at = coalesce(ready_at, now())
     WHERE version = $1`,
    [version],
  );
  if (rowCount !== 1) throw new AppError('PROJECTION.NOT_FOUND', `there is no projection ${version}`);
}

/**
 * Removes a projection with all its rows.
 * @throws AppError PROJECTION.NOT_FOUND, or PROJECTION.IN_USE when it is the active one
 * @throws the driver's error, for example when its tables could not be locked in time; then it is still there
 */
export async function dropProjection(client: ClientBase, version: number): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${DROP_LOCK_TIMEOUT_MS}`);
    await client.query(`LOCK TABLE ${RELAY_SCHEMA}.projections IN SHARE ROW EXCLUSIVE MODE`);
    const found = (await listProjections(client)).find((each) => each.version === version);
    if (!found) throw new AppError('PROJECTION.NOT_FOUND', `there is no projection ${version}`);
    if (found.state === 'active')
      throw new AppError('PROJECTION.IN_USE', `projection ${version} is the active one: switch first`);
    await client.query(`DELETE FROM ${RELAY_SCHEMA}.projections WHERE version = $1`, [version]);
    await client.query(`DROP SCHEMA ${found.schema} CASCADE`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** The right to switch, compare or drop; null when somebody else has it. @throws the driver's error */
export const lockProjections = (url: string): Promise<HeldLock | null> =>
  HeldLock.attempt(url, SWITCH_LOCK, 'projections');
