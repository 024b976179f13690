import { type Change, channelFeed, guildFeed } from '@discord-relay/contracts';
import { readFeedTail, readGuildTail } from '../read/changes.query.js';
import type { Querying } from '../database/read-model.database.js';
import type { Selection } from './selection.js';

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
