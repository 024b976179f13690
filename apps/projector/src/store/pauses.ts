import type { Database } from './database.js';

/** An upsert, because a partition can be paused before its first claim creates the row. */
const PAUSE = `
  INSERT INTO checkpoints AS c (partition, seq, epoch, lease_until, updated_at, paused_at)
  SELECT each, 0, 0, now(), now(), now() FROM unnest($1::int[]) AS each
  ON CONFLICT (partition) DO UPDATE SET paused_at = coalesce(c.paused_at, now())`;

const RESUME = `UPDATE checkpoints SET paused_at = NULL WHERE "partition" = ANY($1::int[])`;

/** Pauses partitions: their owners give them up after the current batch. */
export async function pausePartitions(database: Database, partitions: readonly number[]): Promise<void> {
  await database.query(PAUSE, [partitions]);
}

export async function resumePartitions(database: Database, partitions: readonly number[]): Promise<void> {
  await database.query(RESUME, [partitions]);
}

export async function pausedPartitions(database: Database): Promise<number[]> {
  const rows = await database.query<{ partition: number }>(
    'SELECT "partition" FROM checkpoints WHERE paused_at IS NOT NULL ORDER BY 1',
  );
  return rows.map(({ partition }) => partition);
}
