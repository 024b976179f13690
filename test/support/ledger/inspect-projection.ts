import { openTestClient } from '@discord-relay/local-stack';
import { projectionSchema, PROJECTION_VERSION, withSearchPath } from '@discord-relay/read-model';
import type pg from 'pg';

/** How each table is written as the lines of a `ReferenceModel`. */
const LINES: Record<string, string> = {
  guilds: `concat_ws(' ', id, name)`,
  channels: `concat_ws(' ', id, guild_id, name, topic)`,
  messages: `concat(id, ' ', (NOT partial)::text, ' ', (deleted_at IS NOT NULL)::text, ' ',
    to_char(edited_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), ' ', coalesce(content, 'null'))`,
  reactions: `concat_ws(' ', message_id, emoji_key, user_id, burst::text)`,
  changes: `concat_ws(' ', seq, kind, feed)`,
};

/** Tables of bookkeeping, or with values that depend on when a row was written. */
const NOT_ROWS = ['checkpoints', 'projectors', 'parked', 'parked_skips', 'changes', 'migrations'];

export async function withProjection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openTestClient(withSearchPath(url, projectionSchema(PROJECTION_VERSION)));
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Table -> its rows, one line each, sorted. */
export async function readLines(client: pg.Client): Promise<Map<string, string[]>> {
  const tables = new Map<string, string[]>();
  for (const [table, line] of Object.entries(LINES)) {
    const { rows } = await client.query<{ line: string }>(`SELECT ${line} AS line FROM ${table}`);
    tables.set(table, rows.map((row) => row.line).sort());
  }
  return tables;
}

/** Table -> a digest of all its rows and columns, for every table that is derived from events. */
export async function digestTables(client: pg.Client): Promise<Map<string, string>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT c.relispartition AND c.relname <> ALL($1) ORDER BY 1`,
    [NOT_ROWS],
  );
  const digests = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') AS digest FROM ${name} t`,
    );
    digests.set(name, rows[0]!.digest);
  }
  return digests;
}

/** Changes that do not follow the previous one of their feed or guild, or do not match their head. */
export async function brokenChains(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ broken: string }>(
    `WITH chained AS (
       SELECT *, lag(seq, 1, 0::bigint) OVER (PARTITION BY feed ORDER BY seq) AS feed_before,
                 lag(seq, 1, 0::bigint) OVER (PARTITION BY guild_id ORDER BY seq) AS guild_before FROM changes
     ), heads AS (
       SELECT feed, max(seq) AS seq FROM changes GROUP BY feed
       UNION ALL SELECT 'a:' || guild_id, max(seq) FROM changes GROUP BY guild_id
     )
     SELECT (SELECT count(*) FROM chained WHERE prev <> feed_before OR guild_prev <> guild_before) +
            (SELECT count(*) FROM heads FULL JOIN feed_heads USING (feed)
              WHERE heads.seq IS DISTINCT FROM feed_heads.seq) AS broken`,
  );
  return Number(rows[0]!.broken);
}

/** Stream sequence of each partition's checkpoint. */
export async function checkpoints(client: pg.Client): Promise<Map<number, number>> {
  const { rows } = await client.query<{ partition: number; seq: string }>(
    'SELECT partition, seq FROM checkpoints',
  );
  return new Map(rows.map(({ partition, seq }) => [partition, Number(seq)]));
}
