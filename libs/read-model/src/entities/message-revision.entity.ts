import type { Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/**
 * What a message said before an edit; what it says now is in `messages`, under its own `revision`. So a message that
 * was never edited has no row here. Of a deleted message the rows stay, without content.
 */
@Entity('message_revisions')
export class MessageRevisionEntity {
  @PrimaryColumn({ type: 'bigint', name: 'message_id' })
  messageId!: Snowflake;

  /** 0: the first content that was seen, which is the original unless the creation was missed. */
  @PrimaryColumn({ type: 'int' })
  revision!: number;

  @Column({ type: 'text', nullable: true })
  content!: string | null;

  /** When the message was given this content; null: when it was created. */
  @Column({ type: 'timestamptz', name: 'edited_at', nullable: true })
  editedAt!: Date | null;

  /** Stream sequence of the event that brought this content. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
