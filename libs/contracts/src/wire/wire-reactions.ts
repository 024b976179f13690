import { isSnowflake, type Snowflake } from '../snowflake.js';

/** `id` null: a Unicode emoji, whose characters are its `name`. */
export interface WireEmoji {
  id: Snowflake | null;
  name: string | null;
}

export interface ReactionBody {
  messageId: Snowflake;
  channelId: Snowflake;
  serverId: Snowflake;
  userId: Snowflake;
  emoji: WireEmoji;
  burst: boolean;
}

/** `emoji` null: all reactions of the message were removed. */
export interface ReactionClearBody {
  messageId: Snowflake;
  channelId: Snowflake;
  serverId: Snowflake;
  emoji: WireEmoji | null;
}

/** The number of reactions to a message with an emoji; of a guild's own emoji only the id is known. */
export interface WireReactionCount {
  emoji: WireEmoji;
  /** Normal and super reactions together. */
  count: number;
  /** Super reactions only. */
  burstCount: number;
}

/** The emoji of an `emojiKey`. */
export const emojiOfKey = (key: string): WireEmoji =>
  isSnowflake(key) ? { id: key, name: null } : { id: null, name: key };
