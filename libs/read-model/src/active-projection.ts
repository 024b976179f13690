import type { ClientBase, Pool } from 'pg';
import { RELAY_SCHEMA } from './schema.js';

export interface ActiveProjection {
  version: number;
  schema: string;
}

/** SQLSTATE undefined_table and invalid_schema_name: nothing has been migrated yet. */
const NOT_MIGRATED = new Set(['42P01', '3F000']);

/** Whether the failure is that the database has not been migrated yet. */
export const isNotMigrated = (error: unknown): boolean =>
  NOT_MIGRATED.has((error as { code?: string }).code ?? '');

/**
 * The projection that is read now, or null before the first migration of the database.
 * @throws the driver's error when Postgres is away
 */
export async function activeProjection(
  client: Pick<ClientBase | Pool, 'query'>,
): Promise<ActiveProjection | null> {
  try {
    const { rows } = await client.query<ActiveProjection>(
      `SELECT version, schema FROM ${RELAY_SCHEMA}.projections WHERE active`,
    );
    return rows[0] ?? null;
  } catch (error) {
    if (isNotMigrated(error)) return null;
    throw error;
  }
}
