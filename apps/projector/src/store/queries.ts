import type { GuildPosition, Snowflake } from '@discord-relay/contracts';
import type { Database } from './database.js';

/** The newest change of every guild that has one. */
export async function guildPositions(database: Database): Promise<GuildPosition[]> {
  const rows = await database.query<{ guild_id: Snowflake; seq: string }>(
    `SELECT guild_id, seq FROM feed_heads WHERE feed >= 'a:' AND feed < 'a;'`,
  );
  return rows.map((row) => ({ guildId: row.guild_id, seq: Number(row.seq) }));
}

/** How many events were kept aside because they could not be written. */
export async function parkedCount(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM parked');
  return row!.count;
}

/** Where a partition stands, and who projects it now. */
export interface CheckpointState {
  partition: number;
  seq: number;
  streamCreatedAt: string | null;
  seqStoredAt: Date | null;
  owner: string | null;
}

/** Every partition that was ever claimed. */
export async function checkpointStates(database: Database): Promise<CheckpointState[]> {
  const rows = await database.query<Omit<CheckpointState, 'seq'> & { seq: string }>(
    `SELECT "partition", seq, stream_created_at AS "streamCreatedAt", seq_stored_at AS "seqStoredAt",
            CASE WHEN lease_until > now() THEN owner END AS owner
     FROM checkpoints ORDER BY "partition"`,
  );
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}
