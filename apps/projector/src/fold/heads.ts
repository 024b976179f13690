import type { HeadKey, Snowflake } from '@discord-relay/contracts';

/** The newest change of a feed, or of everything in a guild. */
export interface HeadRow {
  feed: HeadKey;
  seq: number;
  guild_id: Snowflake;
}
