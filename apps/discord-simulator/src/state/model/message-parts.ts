import type { Snowflake } from './snowflakes.js';

/** `id` is null for a Unicode emoji, whose `name` is the character. */
export interface EmojiRecord {
  id: Snowflake | null;
  name: string | null;
  animated: boolean;
}

/** A poll of a message, with the users who voted for each answer in the order of their votes. */
export interface PollRecord {
  question: string;
  answers: PollAnswerRecord[];
  expiresAtMs: number;
  multiselect: boolean;
  /** Whether it has ended, so that the votes are final. */
  finalized: boolean;
}

export interface PollAnswerRecord {
  /** Counted from 1. */
  id: number;
  text: string;
  emoji: EmojiRecord | null;
  voterIds: Snowflake[];
}

/** A sticker as messages contain it. */
export interface StickerItemRecord {
  id: Snowflake;
  name: string;
  /** Discord's number: 1 is PNG, 3 Lottie. */
  formatType: number;
}

/** A sticker of a guild. */
export interface StickerRecord extends StickerItemRecord {
  description: string | null;
  /** The name of the related emoji. */
  tags: string;
  /** Its bytes in base64. */
  data: string;
}

/** A tag that members can put on the posts of a forum. */
export interface ForumTagRecord {
  id: Snowflake;
  name: string;
  /** Whether only moderators can apply it. */
  moderated: boolean;
  emoji: EmojiRecord | null;
}
