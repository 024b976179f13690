import pg from 'pg';

/**
 * Runs a statement on a connection of its own, with the server's default settings, and returns its first row.
 * @param timeoutMs of the connection, and again of the statement
 * @throws the driver's error
 */
export async function queryOnce<Row extends pg.QueryResultRow>(
  connectionString: string,
  text: string,
  timeoutMs: number,
): Promise<Row> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: timeoutMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Row>({ text, query_timeout: timeoutMs } as pg.QueryConfig);
    return rows[0]!;
  } finally {
    // Not awaited, because it waits for the server, which may be gone.
    void client.end().catch(() => undefined);
  }
}
