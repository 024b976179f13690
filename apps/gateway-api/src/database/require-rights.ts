import type { Pool } from 'pg';
import {
  databaseUnusable,
  PROJECTION_TABLES,
  PROJECTIONS,
  RELAY_SCHEMA,
  RELAY_TABLES,
} from '@discord-relay/read-model';

interface Need {
  schema: string;
  table: string;
  right: string;
}

const WRITTEN = RELAY_TABLES.filter((table) => table !== PROJECTIONS);

const needs = (schema: string, tables: readonly { name: string }[], rights: string[]): Need[] =>
  tables.flatMap(({ name }) => rights.map((right) => ({ schema, table: name, right })));

const RELAY_NEEDS = [
  ...needs(RELAY_SCHEMA, RELAY_TABLES, ['SELECT']),
  ...needs(RELAY_SCHEMA, WRITTEN, ['INSERT', 'UPDATE', 'DELETE']),
];

/** The catalog shows tables that the role may not use. A table that does not exist yet lacks no right. */
const LACKING = `
  SELECT format('%s on %s.%s', need.right, need.schema, need.table) AS lacking
  FROM jsonb_to_recordset($1::jsonb) AS need (schema text, "table" text, "right" text)
  JOIN pg_catalog.pg_namespace n ON n.nspname = need.schema
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = need.table
  WHERE NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, need.right))
  ORDER BY 1`;

/**
 * Checks the role's rights to the tables of schema `relay` and of a projection.
 * @throws AppError DATABASE.UNUSABLE with the rights to grant; the driver's error when Postgres is not available
 */
export async function requireRights(pool: Pool, projectionSchema: string | undefined): Promise<void> {
  const ofProjection = projectionSchema ? needs(projectionSchema, PROJECTION_TABLES, ['SELECT']) : [];
  const values = [JSON.stringify([...RELAY_NEEDS, ...ofProjection])];
  const { rows } = await pool.query<{ lacking: string }>(LACKING, values);
  if (rows.length === 0) return;
  const others = rows.length > 1 ? ` and ${rows.length - 1} more` : '';
  throw databaseUnusable(
    `the role lacks a right (${rows[0]!.lacking}${others}); use the role of the projector, or grant USAGE on the schemas ` +
      `${[RELAY_SCHEMA, projectionSchema].filter(Boolean).join(' and ')}, SELECT on their tables, and INSERT, UPDATE and ` +
      `DELETE on those of ${RELAY_SCHEMA}`,
  );
}
