import { guildHead } from '@discord-relay/contracts';
import { type ChangeRow, readTailRows } from '../../read/changes.query.js';
import type { Querying } from '../../database/read-model.database.js';
import type { CommittedChange } from './plan-deliveries.js';

export interface CommittedTail {
  head: number;
  changes: CommittedChange[];
}

/** At most `limit` changes of the guild after `seq`, and its newest `seq` in the same state of the database. */
export async function readCommittedTail(
  query: Querying,
  guildId: string,
  seq: number,
  limit: number,
): Promise<CommittedTail> {
  const { head, rows } = await readTailRows(query, guildId, seq, limit);
  return { head, changes: rows.map(toChange) };
}

/** The change at `seq`, if it is still stored. */
export async function readCommittedChange(
  query: Querying,
  guildId: string,
  seq: number,
): Promise<CommittedChange | undefined> {
  const { changes } = await readCommittedTail(query, guildId, seq - 1, 1);
  return changes.find((change) => change.seq === seq);
}

/**
 * The cursor before the first change that was committed at the time or later: the guild's newest `seq` if there is none, and 0
 * if changes of that time may have been removed.
 */
export async function cursorAt(query: Querying, guildId: string, at: Date): Promise<number> {
  const [row] = await query.rows<{ head: string; first: string | null; hasEarlier: boolean }>({
    name: 'webhook_cursor_at',
    text: `SELECT coalesce((SELECT seq FROM feed_heads WHERE feed = $1), 0) AS head,
             (SELECT guild_prev FROM changes WHERE guild_id = $2 AND committed_at >= $3 ORDER BY seq LIMIT 1) AS first,
             EXISTS (SELECT FROM changes WHERE guild_id = $2 AND committed_at < $3) AS "hasEarlier"`,
    values: [guildHead(guildId), guildId, at],
  });
  const { head, first, hasEarlier } = row!;
  if (first === null) return Number(head);
  return hasEarlier ? Number(first) : 0;
}

const toChange = (row: ChangeRow): CommittedChange =>
  ({
    ...row,
    seq: Number(row.seq),
    prev: Number(row.prev),
    guildPrev: Number(row.guildPrev),
    committedAt: row.committedAt.toISOString(),
  }) as CommittedChange;
