import type { GapCause, GapClosed, Recovered, Unrecoverable } from '@discord-relay/contracts';
import { int, jsonb, key, lastSeq, nullable, snowflake, text, texts, time } from '../description/column.js';
import { defineTable } from '../description/table.js';

export const GAPS = defineTable({
  name: 'gaps',
  meaning:
    'A time in which no events of a guild were received. A gap of which only the end was seen has no bounds.',
  key: ['gap_id', 'guild_id'],
  columns: {
    gap_id: key(),
    guild_id: snowflake(),
    shard_id: nullable(int()),
    cause: nullable(text<GapCause>()),
    opened_at: nullable(time()),
    from_time: nullable(time()),
    from_snowflake: nullable(snowflake()),
    to_time: nullable(time()),
    to_snowflake: nullable(snowflake()),
    closed_at: nullable(time('null while backfill is running.')),
    recovered: nullable(jsonb<Recovered>('What backfill recovered, by kind.')),
    unrecoverable: nullable(texts<Unrecoverable>('What cannot be recovered.')),
    channels: nullable(jsonb<GapClosed['channels']>()),
    seq: lastSeq(),
  },
  indexes: [{ name: 'gaps_of_guild', on: 'guild_id, opened_at' }],
});
