import type { GuildPosition, Snowflake } from '@discord-relay/contracts';
import type { QueryResultRow } from 'pg';
import type { Database } from './database.js';

/** The sequence of the newest change of every guild that has one. */
export async function guildPositions(database: Database): Promise<GuildPosition[]> {
  const rows = await database.query<{ guild_id: Snowflake; seq: string }>(
    `SELECT guild_id, seq FROM feed_heads WHERE feed >= 'a:' AND feed < 'a;'`,
  );
  return rows.map((row) => ({ guildId: row.guild_id, seq: Number(row.seq) }));
}

/** The number of parked events, and since when the oldest one is parked. */
export interface ParkedCount {
  count: number;
  since: Date | null;
  /** Age of the first one by the clock of Postgres; 0 when there is none. */
  oldestSeconds: number;
}

export async function parkedCount(database: Database): Promise<ParkedCount> {
  const [row] = await database.query<ParkedCount & QueryResultRow>(
    `SELECT count(*)::int AS count, min(parked_at) AS since,
            coalesce(extract(epoch FROM now() - min(parked_at)), 0)::float8 AS "oldestSeconds" FROM parked`,
  );
  return row!;
}

/** The checkpoint of a partition, and its current owner. */
export interface CheckpointState {
  partition: number;
  seq: number;
  streamCreatedAt: string | null;
  seqStoredAt: Date | null;
  owner: string | null;
}

/** The state of every partition that was ever claimed. */
export async function checkpointStates(database: Database): Promise<CheckpointState[]> {
  const rows = await database.query<Omit<CheckpointState, 'seq'> & { seq: string }>(
    `SELECT "partition", seq, stream_created_at AS "streamCreatedAt", seq_stored_at AS "seqStoredAt",
            CASE WHEN lease_until > now() THEN owner END AS owner
     FROM checkpoints ORDER BY "partition"`,
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** The time of Postgres, whose clock stamps the rows, in milliseconds since the Unix epoch. */
export async function databaseTimeMs(database: Database): Promise<number> {
  const [row] = await database.query<{ now: Date }>('SELECT now() AS now');
  return row!.now.getTime();
}

/** A projection's checkpoints by partition, without the partitions that were never claimed. */
export async function checkpointsOf(database: Database): Promise<Map<number, number>> {
  const rows = await database.query<{ partition: number; seq: string }>(
    'SELECT partition, seq FROM checkpoints',
  );
  return new Map(rows.map(({ partition, seq }) => [partition, Number(seq)]));
}
