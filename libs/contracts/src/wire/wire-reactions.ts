import type { Snowflake } from '../snowflake.js';

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
