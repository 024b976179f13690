import { createTestDatabase, openTestClient, type TestDatabase } from '@discord-relay/local-stack';
import type pg from 'pg';
import { migrate } from '../migrate.js';
import { PROJECTION_VERSION, projectionSchema, RELAY_SCHEMA } from '../schema.js';
import { PROJECTION_TABLES, RELAY_TABLES } from './index.js';
import { createTableSql } from './description/sql.js';
import type { Table } from './description/table.js';

/** Everything that Postgres knows about a schema's tables; migrations append columns, so their order is ignored. */
const COLUMNS = `
  SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required,
         a.attidentity AS identity, pg_get_expr(d.adbin, d.adrelid) AS default, l.collname AS collation
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
  WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY ($2) ORDER BY 1, 2`;
const TABLES = `
  SELECT c.relname AS table, c.reloptions AS storage, pg_get_partkeydef(c.oid) AS partitioning
  FROM pg_class c
  WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY ($2) ORDER BY 1`;
const INDEXES = `
  SELECT i.tablename AS table, replace(i.indexdef, i.schemaname || '.', '') AS definition
  FROM pg_indexes i WHERE i.schemaname = $1 AND i.tablename = ANY ($2) ORDER BY 1, 2`;
const CONSTRAINTS = `
  SELECT c.relname AS table, replace(pg_get_constraintdef(k.oid), $1 || '.', '') AS definition
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE c.relnamespace = $1::regnamespace AND k.contype <> 'n' AND c.relname = ANY ($2) ORDER BY 1, 2`;

/** A table that refers to another one is created after it. */
const byReferences = (a: Table, b: Table): number => references(a) - references(b);
const references = ({ constraints }: Table): number =>
  constraints.filter((constraint) => constraint.includes('REFERENCES')).length;

describe('the tables of the migrations', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url);
    client = await openTestClient(database.url);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const catalog = async (schema: string, tables: readonly Table[]): Promise<unknown[][]> => {
    const names = tables.map(({ name }) => name);
    const answers: unknown[][] = [];
    for (const query of [COLUMNS, TABLES, INDEXES, CONSTRAINTS])
      answers.push((await client.query(query, [schema, names])).rows);
    return answers;
  };

  it.each([
    ['a projection', projectionSchema(PROJECTION_VERSION), PROJECTION_TABLES],
    ['relay', RELAY_SCHEMA, RELAY_TABLES],
  ])(
    'the tables of schema %s have the columns, types, defaults, keys, constraints and indexes of their descriptions',
    async (_, schema, tables) => {
      await client.query('DROP SCHEMA IF EXISTS described CASCADE');
      await client.query('CREATE SCHEMA described');
      await client.query('SET search_path TO described');
      for (const table of [...tables].sort(byReferences))
        for (const statement of createTableSql(table)) await client.query(statement);
      await client.query('RESET search_path');
      expect(await catalog(schema, tables)).toEqual(await catalog('described', tables));
    },
  );

  it.each([
    ['a projection', projectionSchema(PROJECTION_VERSION), PROJECTION_TABLES],
    ['relay', RELAY_SCHEMA, RELAY_TABLES],
  ])('all tables that the migrations create in schema %s are described', async (_, schema, tables) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p')
         AND NOT relispartition AND relname <> 'migrations' ORDER BY 1`,
      [schema],
    );
    expect(tables.map(({ name }) => name).sort()).toEqual(rows.map(({ name }) => name));
  });
});
