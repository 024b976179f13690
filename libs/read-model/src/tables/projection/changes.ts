import type { ChangeBody, ChangeKind, FeedKey, HeadKey } from '@discord-relay/contracts';
import { bigCount, json, key, nullable, snowflake, text, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const CHANGES = defineTable({
  name: 'changes',
  meaning:
    'A committed change of the change feed, see `Change` in contracts. `(feed, seq)` is unique because one event makes at ' +
    'most one change per feed; no constraint says so, because the table is partitioned by `committed_at`: old changes ' +
    'go by DROP TABLE.',
  key: [],
  identity: ['feed', 'seq'],
  columns: {
    guild_id: snowflake(),
    channel_id: nullable(snowflake()),
    feed: text<FeedKey>('`c:<channelId>` or `g:<guildId>`.'),
    seq: bigCount('Stream sequence of the event.'),
    prev: bigCount('`seq` of the previous change of the feed.'),
    guild_prev: bigCount('`seq` of the previous change of the guild.'),
    kind: text<ChangeKind>(),
    body: json<ChangeBody['body']>(),
    committed_at: time('', { default: 'now()' }),
  },
  indexes: [
    { name: 'changes_of_guild', on: 'guild_id, seq' },
    { name: 'changes_of_feed', on: 'feed, seq' },
  ],
  partitionBy: 'RANGE (committed_at)',
});

export const FEED_HEADS = defineTable({
  name: 'feed_heads',
  meaning: 'The newest change of a feed, or of a whole guild under `guildHead` of contracts.',
  key: ['feed'],
  columns: { feed: key<HeadKey>(), seq: bigCount(), guild_id: snowflake() },
  storage: 'fillfactor = 50',
});
