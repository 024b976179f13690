import { LOG_STREAM, partitionSubject } from '@discord-relay/contracts';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { Database } from '../store/index.js';

/** Stream sequence of the newest event of each partition; 0 where there is none. */
export async function partitionEnds(jsm: JetStreamManager, partitions: number): Promise<number[]> {
  return await Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const query = { last_by_subj: partitionSubject(partition) };
      return (await jsm.streams.getMessage(LOG_STREAM, query))?.seq ?? 0;
    }),
  );
}

/** A projection's checkpoints by partition; partitions that nobody claimed yet are not in it. */
export async function checkpointsOf(database: Database): Promise<Map<number, number>> {
  const rows = await database.query<{ partition: number; seq: string }>(
    'SELECT partition, seq FROM checkpoints',
  );
  return new Map(rows.map(({ partition, seq }) => [partition, Number(seq)]));
}

/** Whether no partition is further than `withinSeqs` behind what was its end. */
export const isAt = (
  checkpoints: ReadonlyMap<number, number>,
  ends: readonly number[],
  withinSeqs: number,
): boolean => ends.every((end, partition) => (checkpoints.get(partition) ?? -Infinity) >= end - withinSeqs);
