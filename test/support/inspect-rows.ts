import pg from 'pg';
import { type FinalMessage, hashOf } from './message-facts.js';

/** How the rows of the active projection differ from what they should be. */
export interface RowDifference {
  missing: string[];
  wrong: string[];
  surplus: string[];
  /** Feeds whose `prev` pointers do not form one chain. */
  brokenFeeds: number;
}

/** Compares every message row with the ledger's end state, and walks every feed's chain. */
export async function compareRows(
  databaseUrl: string,
  expected: ReadonlyMap<string, FinalMessage>,
): Promise<RowDifference> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const active = await client.query<{ schema: string }>(
      'SELECT schema FROM relay.projections WHERE active',
    );
    await client.query(`SET search_path = ${pg.escapeIdentifier(active.rows[0]!.schema)}`);
    const { rows } = await client.query<{ id: string; content: string | null; deleted: boolean }>(
      'SELECT id, content, deleted_at IS NOT NULL AS deleted FROM messages',
    );
    return { ...differ(rows, expected), brokenFeeds: await brokenFeeds(client) };
  } finally {
    await client.end();
  }
}

function differ(
  rows: readonly { id: string; content: string | null; deleted: boolean }[],
  expected: ReadonlyMap<string, FinalMessage>,
) {
  const found = new Map(rows.map((row) => [row.id, row]));
  const right = (row: { content: string | null; deleted: boolean }, message: FinalMessage) =>
    message.deleted
      ? row.deleted && row.content === null
      : !row.deleted && hashOf(row.content ?? '') === message.hash;
  const wanted = [...expected];
  return {
    missing: wanted.filter(([id]) => !found.has(id)).map(([id]) => id),
    wrong: wanted
      .filter(([id, message]) => found.has(id) && !right(found.get(id)!, message))
      .map(([id]) => id),
    surplus: rows.filter(({ id }) => !expected.has(id)).map(({ id }) => id),
  };
}

/** Only sound while nothing has been cut from `changes` yet: a chain has to begin at 0. */
async function brokenFeeds(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ broken: string }>(
    `SELECT count(DISTINCT feed) AS broken
       FROM (SELECT feed, prev, coalesce(lag(seq) OVER (PARTITION BY feed ORDER BY seq), 0) AS before FROM changes) chain
      WHERE prev <> before`,
  );
  return Number(rows[0]!.broken);
}
