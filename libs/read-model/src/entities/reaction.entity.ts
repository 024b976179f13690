import type { Snowflake } from '@discord-relay/contracts';
import { Entity, PrimaryColumn } from 'typeorm';

/** One user's reaction to a message. A deleted message has none. */
@Entity('reactions')
export class ReactionEntity {
  @PrimaryColumn({ type: 'bigint', name: 'message_id' })
  messageId!: Snowflake;

  /** `emojiKey` of contracts: the id of a guild's own emoji, else its characters. */
  @PrimaryColumn({ type: 'text', name: 'emoji_key' })
  emojiKey!: string;

  @PrimaryColumn({ type: 'bigint', name: 'user_id' })
  userId!: Snowflake;

  /** A super reaction; the same user may have both kinds. */
  @PrimaryColumn({ type: 'boolean' })
  burst!: boolean;
}
