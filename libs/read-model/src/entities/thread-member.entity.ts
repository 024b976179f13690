import type { Snowflake } from '@discord-relay/contracts';
import { Entity, PrimaryColumn } from 'typeorm';

/** Someone who is in a thread, as far as Discord tells. A deleted thread has none. */
@Entity('thread_members')
export class ThreadMemberEntity {
  @PrimaryColumn({ type: 'bigint', name: 'thread_id' })
  threadId!: Snowflake;

  @PrimaryColumn({ type: 'bigint', name: 'user_id' })
  userId!: Snowflake;
}
