import type { MessageRecord } from '../state/model/records.js';
import type { Snowflake } from '../state/model/snowflakes.js';

/** A user's interaction with the application, and the bot's responses. */
export interface Interaction {
  readonly id: Snowflake;
  readonly token: string;
  /** An `InteractionType`. */
  readonly type: number;
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  readonly userId: Snowflake;
  readonly data: object;
  /** The message that contains the component. */
  readonly sourceMessageId: Snowflake | null;
  readonly createdAtMs: number;
  /** The callback's type and data; null until the bot has answered. */
  answer: { type: number; data: unknown } | null;
  /** The message that `@original` refers to. */
  originalId: Snowflake | null;
  /** Ids of the response messages, in order; ephemeral ones with their content. */
  readonly messageIds: Snowflake[];
  readonly ephemeral: Map<Snowflake, MessageRecord>;
}
