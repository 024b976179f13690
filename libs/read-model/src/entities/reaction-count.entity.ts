import type { Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many rows `reactions` has for an emoji on a message; an emoji without any has no row. */
@Entity('reaction_counts')
export class ReactionCountEntity {
  @PrimaryColumn({ type: 'bigint', name: 'message_id' })
  messageId!: Snowflake;

  /** `emojiKey` of contracts. */
  @PrimaryColumn({ type: 'text', name: 'emoji_key' })
  emojiKey!: string;

  /** Of both kinds. */
  @Column({ type: 'int' })
  count!: number;

  /** Super reactions among them. */
  @Column({ type: 'int', name: 'burst_count' })
  burstCount!: number;
}
