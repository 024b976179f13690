import { isSnowflake, type Snowflake } from '../snowflake.js';

/** `id` null: a Unicode emoji, which is its `name`. */
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

/** `emoji` null: every reaction of the message is gone. */
export interface ReactionClearBody {
  messageId: Snowflake;
  channelId: Snowflake;
  serverId: Snowflake;
  emoji: WireEmoji | null;
}

/** How many have reacted to a message with an emoji; of a guild's own emoji the id alone is known. */
export interface WireReactionCount {
  emoji: WireEmoji;
  /** Of both kinds. */
  count: number;
  /** Super reactions among them. */
  burstCount: number;
}

/** The emoji that an `emojiKey` stands for. */
export const emojiOfKey = (key: string): WireEmoji =>
  isSnowflake(key) ? { id: key, name: null } : { id: null, name: key };
