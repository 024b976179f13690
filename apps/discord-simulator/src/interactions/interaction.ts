import type { MessageRecord } from '../state/model/records.js';
import type { Snowflake } from '../state/model/snowflakes.js';

/** Something that a user did with the application, and what the bot answered. */
export interface Interaction {
  readonly id: Snowflake;
  readonly token: string;
  /** An `InteractionType`. */
  readonly type: number;
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  readonly userId: Snowflake;
  readonly data: object;
  /** The message whose component was used. */
  readonly sourceMessageId: Snowflake | null;
  readonly createdAtMs: number;
  /** The callback's type and data; null until the bot has answered. */
  answer: { type: number; data: unknown } | null;
  /** The message that `@original` means. */
  originalId: Snowflake | null;
  /** Ids of the messages that answered, in order; those that only the user sees with their content. */
  readonly messageIds: Snowflake[];
  readonly ephemeral: Map<Snowflake, MessageRecord>;
}
