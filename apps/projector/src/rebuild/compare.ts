import type { TableComparison } from '@discord-relay/contracts';
import type { Pool, PoolClient } from 'pg';

/** Bookkeeping: owners, positions and write times differ between equal projections. */
const NOT_COMPARED = /^(changes(_.*)?|checkpoints|migrations|projectors|parked.*)$/;
const MAX_DIFFERING = 10;

interface Sum {
  rows: number;
  hash: string;
}

/**
 * Compares counts and hashes of every table, by channel where the table has one. Postgres computes them; a hash does not depend
 * on the order of rows. The transactions of both clients must see the same position of the log.
 */
export async function compareTables(
  source: { client: PoolClient; schema: string },
  target: { client: PoolClient; schema: string },
): Promise<TableComparison[]> {
  const [sourceColumns, targetColumns] = [
    await columnsOf(source.client, source.schema),
    await columnsOf(target.client, target.schema),
  ];
  const result: TableComparison[] = [];
  for (const [table, columns] of sourceColumns) {
    const others = targetColumns.get(table);
    if (!others) continue;
    const shared = columns.filter((column) => others.includes(column));
    const uncompared = [...columns, ...others].filter((column) => !shared.includes(column));
    const [mine, theirs] = await Promise.all([
      sumsOf(source.client, source.schema, table, shared),
      sumsOf(target.client, target.schema, table, shared),
    ]);
    result.push({ table, ...differ(mine, theirs), uncompared });
  }
  return result;
}

/** Runs `work` in a read-only transaction that sees one state of the database. */
export async function inSnapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await work(client);
    await client.query('COMMIT');
    failed = false;
    return result;
  } finally {
    // A connection that failed is closed, which also ends its transaction.
    client.release(failed);
  }
}

async function columnsOf(client: PoolClient, schema: string): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.table_name AS "table", array_agg(c.column_name::text ORDER BY c.column_name) AS columns
     FROM information_schema.columns c WHERE c.table_schema = $1 GROUP BY 1 ORDER BY 1`,
    [schema],
  );
  return new Map(
    rows.filter(({ table }) => !NOT_COMPARED.test(table)).map(({ table, columns }) => [table, columns]),
  );
}

async function sumsOf(
  client: PoolClient,
  schema: string,
  table: string,
  columns: string[],
): Promise<Map<string, Sum>> {
  const channel = columns.includes('channel_id') ? `coalesce(channel_id::text, '-')` : `'*'`;
  const row = columns.map((column) => `"${column}"`).join(', ');
  const { rows } = await client.query<{ key: string; rows: string; hash: string }>(
    `SELECT ${channel} AS key, count(*) AS rows, sum(hashtextextended(ROW(${row})::text, 0))::text AS hash
     FROM ${schema}.${table} GROUP BY 1`,
  );
  return new Map(rows.map(({ key, rows, hash }) => [key, { rows: Number(rows), hash }]));
}

/** The rows and the differing channels of a table. */
export function differ(source: Map<string, Sum>, target: Map<string, Sum>) {
  const keys = [...new Set([...source.keys(), ...target.keys()])];
  const differing = keys.filter((key) => {
    const [mine, theirs] = [source.get(key), target.get(key)];
    return mine?.rows !== theirs?.rows || mine?.hash !== theirs?.hash;
  });
  const total = (sums: Map<string, Sum>) => [...sums.values()].reduce((sum, { rows }) => sum + rows, 0);
  return {
    rows: { source: total(source), target: total(target) },
    equal: differing.length === 0,
    differing: differing.slice(0, MAX_DIFFERING),
    moreDiffering: Math.max(0, differing.length - MAX_DIFFERING),
  };
}
