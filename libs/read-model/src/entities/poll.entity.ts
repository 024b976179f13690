import type { Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** One user's vote for an answer of a poll, or that it was taken back. A deleted message has none. */
@Entity('poll_votes')
export class PollVoteEntity {
  @PrimaryColumn({ type: 'bigint', name: 'message_id' })
  messageId!: Snowflake;

  @PrimaryColumn({ type: 'int', name: 'answer_id' })
  answerId!: number;

  @PrimaryColumn({ type: 'bigint', name: 'user_id' })
  userId!: Snowflake;

  /** false: taken back. */
  @Column({ type: 'boolean' })
  present!: boolean;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}

/** How many votes an answer has: as Discord counted them last, and the votes that were seen since. */
@Entity('poll_counts')
export class PollCountEntity {
  @PrimaryColumn({ type: 'bigint', name: 'message_id' })
  messageId!: Snowflake;

  @PrimaryColumn({ type: 'int', name: 'answer_id' })
  answerId!: number;

  @Column({ type: 'int' })
  votes!: number;

  /** Whether Discord ever said a number, which includes votes of before anyone listened. */
  @Column({ type: 'boolean' })
  reported!: boolean;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
