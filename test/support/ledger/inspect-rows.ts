import { openTestClient } from '@discord-relay/local-stack';
import pg from 'pg';
import { type FinalMessage, hashOf } from './message-facts.js';

/** How the rows of the active projection differ from the expected ones. */
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
  return await withProjection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string; content: string | null; deleted: boolean }>(
      'SELECT id, content, deleted_at IS NOT NULL AS deleted FROM messages',
    );
    return { ...differ(rows, expected), brokenFeeds: await brokenFeeds(client) };
  });
}

/** Compares the reactions of existing messages with the expected ones, as `message user emoji`. */
export async function compareReactions(
  databaseUrl: string,
  expected: ReadonlySet<string>,
): Promise<{ missing: string[]; surplus: string[] }> {
  return await withProjection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ key: string }>(
      `SELECT DISTINCT message_id || ' ' || user_id || ' ' || emoji_key AS key FROM reactions`,
    );
    const found = new Set(rows.map(({ key }) => key));
    return {
      missing: [...expected].filter((key) => !found.has(key)),
      surplus: [...found].filter((key) => !expected.has(key)),
    };
  });
}

/** The number of gaps of lost sessions; a gap of several guilds is counted once. */
export async function compareGaps(databaseUrl: string): Promise<{ total: number; open: number }> {
  return await withProjection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ total: string; open: string }>(
      `SELECT count(DISTINCT gap_id) AS total, count(DISTINCT gap_id) FILTER (WHERE closed_at IS NULL) AS open FROM gaps`,
    );
    return { total: Number(rows[0]!.total), open: Number(rows[0]!.open) };
  });
}

/** Ids of messages that are lost for a reason that a gap names: their own, or that of their channel. */
export async function namedInGaps(databaseUrl: string): Promise<Set<string>> {
  return await withProjection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ reason: string }>(
      'SELECT unnest(unrecoverable) AS reason FROM gaps',
    );
    return new Set(rows.flatMap(({ reason }) => reason.split(':').slice(1)));
  });
}

/** Channels that gaps leave out as a whole, each as `reason:channel`. */
export async function channelsLeftOut(databaseUrl: string): Promise<string[]> {
  return await withProjection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ reason: string }>(
      `SELECT DISTINCT reason FROM gaps, unnest(unrecoverable) AS reason WHERE reason LIKE '%:%' AND reason NOT LIKE '%/%'`,
    );
    return rows.map(({ reason }) => reason);
  });
}

async function withProjection<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openTestClient(databaseUrl);
  try {
    const active = await client.query<{ schema: string }>(
      'SELECT schema FROM relay.projections WHERE active',
    );
    await client.query(`SET search_path = ${pg.escapeIdentifier(active.rows[0]!.schema)}`);
    return await work(client);
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
  const missing = [...expected];
  return {
    missing: missing.filter(([id]) => !found.has(id)).map(([id]) => id),
    wrong: missing
      .filter(([id, message]) => found.has(id) && !right(found.get(id)!, message))
      .map(([id]) => id),
    surplus: rows.filter(({ id }) => !expected.has(id)).map(({ id }) => id),
  };
}

/** Valid only while nothing has been removed from `changes` yet: a chain must begin at 0. */
async function brokenFeeds(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ broken: string }>(
    `SELECT count(DISTINCT feed) AS broken
       FROM (SELECT feed, prev, coalesce(lag(seq) OVER (PARTITION BY feed ORDER BY seq), 0) AS before FROM changes) chain
      WHERE prev <> before`,
  );
  return Number(rows[0]!.broken);
}
