import type { ClientBase, Pool } from 'pg';
import { RELAY_SCHEMA } from './schema.js';

export interface ActiveProjection {
  version: number;
  schema: string;
  /** `SHAPE` of the code that created it. */
  shape: number;
}

/** SQLSTATE undefined_table, invalid_schema_name and undefined_column: the database is not migrated yet. */
const NOT_MIGRATED = new Set(['42P01', '3F000', '42703']);

/**
 * The active projection, or null before the first migration of the database.
 * @throws the driver's error when Postgres is not available
 */
export async function activeProjection(
  client: Pick<ClientBase | Pool, 'query'>,
): Promise<ActiveProjection | null> {
  try {
    const { rows } = await client.query<ActiveProjection>(
      `SELECT version, schema, shape FROM ${RELAY_SCHEMA}.projections WHERE active`,
    );
    return rows[0] ?? null;
  } catch (error) {
    if (NOT_MIGRATED.has((error as { code?: string }).code ?? '')) return null;
    throw error;
  }
}
