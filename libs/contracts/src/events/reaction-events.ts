import type { Snowflake } from '../snowflake.js';

/** An emoji as reactions name it: a guild's own emoji by id, a Unicode emoji by its characters in `name`. */
export interface EmojiKey {
  id: Snowflake | null;
  /** null when the guild's emoji was deleted. */
  name: string | null;
  animated: boolean;
}

interface OnMessage {
  messageId: Snowflake;
  channelId: Snowflake;
  guildId: Snowflake;
}

export interface Reaction extends OnMessage {
  userId: Snowflake;
  emoji: EmojiKey;
  /** A super reaction. The same user may have both kinds of the same emoji on a message. */
  burst: boolean;
}

export interface ReactionCount {
  emoji: EmojiKey;
  count: number;
  burstCount: number;
  /** Users whose reaction is a normal one. */
  userIds: Snowflake[];
  /** Users whose reaction is a super reaction; absent: none. */
  burstUserIds?: Snowflake[];
}

export interface ReactionEvents {
  'reaction.added': Reaction;
  'reaction.removed': Reaction;
  /** `emoji` null: all reactions. */
  'reaction.cleared': OnMessage & { emoji: EmojiKey | null };
  /** Backfill: all reactions that the message has at this time. */
  'reaction.counted': OnMessage & { counts: ReactionCount[] };
}

/** What identifies an emoji: the id of a guild's own emoji, whose name can change, else its characters. */
export const emojiKey = ({ id, name }: Pick<EmojiKey, 'id' | 'name'>): string => id ?? name ?? '';
