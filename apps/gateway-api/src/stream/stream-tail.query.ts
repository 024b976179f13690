import { type Change, channelFeed, guildFeed, guildHead } from '@discord-relay/contracts';
import { feedHeads, readFeedTail, readGuildTail } from '../read/changes.query.js';
import type { Querying } from '../read/read-model.database.js';
import type { TailBounds } from './resume-stream.js';
import type { Selection } from './selection.js';

const FIRST = `SELECT guild_prev AS "guildPrev" FROM changes WHERE guild_id = $1 AND seq > $2 ORDER BY seq LIMIT 1`;

/** Where the guild's changes after a cursor begin and end, on the caller's snapshot. */
export async function readTailBounds(query: Querying, guildId: string, after: number): Promise<TailBounds> {
  const [head] = await feedHeads(query, [guildHead(guildId)]);
  const rows = await query.rows<{ guildPrev: string }>({
    name: 'guild_tail_first',
    text: FIRST,
    values: [guildId, after],
  });
  return { head: head!, firstGuildPrev: rows[0] && Number(rows[0].guildPrev) };
}

/**
 * The changes after a cursor of all that a stream was asked for, in the guild's order; of more than `limit` any part.
 * Feed by feed, so that a quiet channel costs what it holds and not what its guild does.
 */
export async function readStreamTail(
  query: Querying,
  { guildId, channels }: Pick<Selection, 'guildId' | 'channels'>,
  after: number,
  limit: number,
): Promise<Change[]> {
  if (!channels) return (await readGuildTail(query, guildId, after, limit)).changes;
  const tail: Change[] = [];
  for (const feed of [guildFeed(guildId), ...[...channels].map(channelFeed)]) {
    if (tail.length > limit) break;
    tail.push(...(await readFeedTail(query, feed, after, limit)));
  }
  return tail.sort((a, b) => a.seq - b.seq);
}
