import { AppError } from '@discord-relay/contracts';
import type { ClientBase, Pool } from 'pg';
import { AdvisoryLock } from './postgres/advisory-lock.js';
import { RELAY_SCHEMA } from './schema.js';

/**
 * `building`: it is catching up with the log. `ready`: it has caught up and follows the log. `active`: clients read it.
 * `retired`: it was active before and still follows the log, so that a rollback is possible.
 */
export type ProjectionState = 'building' | 'ready' | 'active' | 'retired';

export interface ProjectionRecord {
  version: number;
  schema: string;
  /** `SHAPE` of the code that created it. */
  shape: number;
  state: ProjectionState;
  createdAt: Date;
  /** When it last became the active one; null if it never was. */
  activatedAt: Date | null;
  /** When another projection replaced it as the active one; null if none did. */
  retiredAt: Date | null;
}

type Client = Pick<ClientBase | Pool, 'query'>;

/** Key of the advisory lock: "switch" in ASCII. */
const SWITCH_LOCK = 0x73_77_69_74_63_68n;
/** Failing and retrying is better than making a projector's commits queue behind this. */
const DROP_LOCK_TIMEOUT_MS = 5_000;

const LIST = `
  SELECT version, schema, shape, created_at AS "createdAt", activated_at AS "activatedAt", retired_at AS "retiredAt",
         CASE WHEN active THEN 'active' WHEN retired_at IS NOT NULL THEN 'retired'
              WHEN ready_at IS NOT NULL THEN 'ready' ELSE 'building' END AS state
  FROM ${RELAY_SCHEMA}.projections ORDER BY version`;

/** Every registered projection, by version. @throws the driver's error */
export async function listProjections(client: Client): Promise<ProjectionRecord[]> {
  return (await client.query<ProjectionRecord>(LIST)).rows;
}

/** Records that the projection has caught up with the log. It has no effect if that is recorded already. */
export async function markReady(client: Client, version: number): Promise<void> {
  await client.query(
    `UPDATE ${RELAY_SCHEMA}.projections SET ready_at = coalesce(ready_at, now()) WHERE version = $1`,
    [version],
  );
}

/**
 * Makes `version` the active projection. Call it in a transaction that holds the checkpoints of the previous one.
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
 * @throws the driver's error, for example when its tables could not be locked in time; then the projection still exists
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

/** The lock for switching, comparing and dropping projections; null when another process holds it. @throws the driver's error */
export const lockProjections = (url: string): Promise<AdvisoryLock | null> =>
  AdvisoryLock.attempt(url, SWITCH_LOCK, 'projections');
