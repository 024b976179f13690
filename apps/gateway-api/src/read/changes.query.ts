import { type Change, channelFeed, type FeedKey, guildFeed, type Snowflake } from '@discord-relay/contracts';
import { CHANGES, FEED_HEADS, guildHead, select, type SelectedRow } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

/** Consecutive changes of a guild, oldest first, and the guild's newest `seq` in the same state of the database. */
export interface GuildTail {
  head: number;
  changes: Change[];
}

const CHANGE = select(CHANGES, [
  'guild_id',
  'channel_id',
  'feed',
  'seq',
  'prev',
  'guild_prev',
  'kind',
  'body',
  'committed_at',
]);
export type ChangeRow = SelectedRow<typeof CHANGE>;
/** The guild's newest `seq`, and a change after it; all columns of the change are null if there is none. */
type TailRow = { head: string } & (ChangeRow | { [Name in keyof ChangeRow]: null });

const HEAD = select(FEED_HEADS, ['feed', 'seq']);

/** Newest `seq` of each feed, in the given order; 0 for a feed without changes. */
export async function feedHeads(query: Querying, feeds: readonly string[]): Promise<number[]> {
  const rows = await query.rows<SelectedRow<typeof HEAD>>({
    name: 'feed_heads',
    text: `SELECT ${HEAD.list} FROM feed_heads WHERE feed = ANY ($1::text[])`,
    values: [feeds],
  });
  const heads = new Map<string, number>(rows.map(({ feed, seq }) => [feed, Number(seq)]));
  return feeds.map((feed) => heads.get(feed) ?? 0);
}

export async function readGuildHead(query: Querying, guildId: string): Promise<number> {
  const [head] = await feedHeads(query, [guildHead(guildId)]);
  return head!;
}

/** At most `limit` changes of the guild after `seq`. One statement, so that head and changes come from one state. */
export async function readGuildTail(
  query: Querying,
  guildId: string,
  seq: number,
  limit: number,
): Promise<GuildTail> {
  const { head, rows } = await readTailRows(query, guildId, seq, limit);
  return { head, changes: rows.map(toChange) };
}

/** {@link readGuildTail} as rows. */
export async function readTailRows(
  query: Querying,
  guildId: string,
  seq: number,
  limit: number,
): Promise<{ head: number; rows: ChangeRow[] }> {
  const rows = await query.rows<TailRow>({
    name: 'guild_tail',
    text: `SELECT h.head, t.* FROM (SELECT coalesce((SELECT seq FROM feed_heads WHERE feed = $1), 0) AS head) h
           LEFT JOIN LATERAL (SELECT ${CHANGE.list} FROM changes WHERE guild_id = $2 AND seq > $3
                              ORDER BY seq LIMIT $4) t ON true
           ORDER BY t.seq`,
    values: [guildHead(guildId), guildId, seq, limit],
  });
  return { head: Number(rows[0]!.head), rows: rows.filter((row) => row.feed !== null) };
}

const FIRST = select(CHANGES, ['guild_prev']);
const FIRST_AFTER = `SELECT ${FIRST.list} FROM changes WHERE guild_id = $1 AND seq > $2 ORDER BY seq LIMIT 1`;

/**
 * Bounds of the guild's changes after a cursor, in the caller's transaction: `firstGuildPrev` of the oldest stored one,
 * undefined if there is none.
 */
export async function readTailBounds(
  query: Querying,
  guildId: string,
  after: number,
): Promise<{ head: number; firstGuildPrev: number | undefined }> {
  const head = await readGuildHead(query, guildId);
  const rows = await query.rows<SelectedRow<typeof FIRST>>({
    name: 'guild_tail_first',
    text: FIRST_AFTER,
    values: [guildId, after],
  });
  return { head, firstGuildPrev: rows[0] && Number(rows[0].guildPrev) };
}

/** At most `limit` changes of one feed after `seq`, oldest first. */
export async function readFeedTail(
  query: Querying,
  feed: FeedKey,
  seq: number,
  limit: number,
): Promise<Change[]> {
  const rows = await query.rows<ChangeRow>({
    name: 'feed_tail',
    text: `SELECT ${CHANGE.list} FROM changes WHERE feed = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    values: [feed, seq, limit],
  });
  return rows.map(toChange);
}

/**
 * The changes after a cursor in the guild's order, from the guild's own feed and the feeds of `channels` (null: all channels).
 * If there are more than `limit` changes, returns more than `limit`, but not all of them. Reads feed by feed, so the cost
 * depends on the channels and not on the size of the guild.
 */
export async function readTailOfFeeds(
  query: Querying,
  { guildId, channels }: { guildId: Snowflake; channels: ReadonlySet<Snowflake> | null },
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

const toChange = (row: ChangeRow): Change =>
  ({
    guildId: row.guildId,
    channelId: row.channelId,
    feed: row.feed,
    seq: Number(row.seq),
    prev: Number(row.prev),
    guildPrev: Number(row.guildPrev),
    kind: row.kind,
    body: row.body,
    ...('access' in row.body && { sinceMs: row.committedAt.getTime() }),
  }) as Change;
