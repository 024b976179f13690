import type {
  AttachmentState,
  JsonObject,
  MessageMentions,
  MessageReference,
  PollState,
  Snowflake,
  StickerItem,
  UserState,
} from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/**
 * A message. null stands for "not known": of a message whose creation was not seen there is only what its updates
 * carried, and of a deleted one only its ids and times are kept. Show rows where `deletedAt` is null and `authorId`
 * and `content` are not.
 */
@Entity('messages')
export class MessageEntity {
  @PrimaryColumn({ type: 'bigint' })
  id!: Snowflake;

  @Column({ type: 'bigint', name: 'channel_id' })
  channelId!: Snowflake;

  @Column({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  @Column({ type: 'bigint', name: 'author_id', nullable: true })
  authorId!: Snowflake | null;

  @Column({ type: 'text', name: 'author_username', nullable: true })
  authorUsername!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  author!: UserState | null;

  @Column({ type: 'text', nullable: true })
  content!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'edited_at', nullable: true })
  editedAt!: Date | null;

  /** Discord's message type number. */
  @Column({ type: 'int', nullable: true })
  type!: number | null;

  @Column({ type: 'bigint', nullable: true, transformer: streamSeq })
  flags!: number | null;

  @Column({ type: 'boolean', nullable: true })
  pinned!: boolean | null;

  @Column({ type: 'bigint', name: 'webhook_id', nullable: true })
  webhookId!: Snowflake | null;

  @Column({ type: 'jsonb', nullable: true })
  attachments!: AttachmentState[] | null;

  @Column({ type: 'jsonb', nullable: true })
  embeds!: JsonObject[] | null;

  @Column({ type: 'jsonb', nullable: true })
  reference!: MessageReference | null;

  /** null also when there are none; so with stickers, poll and mentions. */
  @Column({ type: 'jsonb', nullable: true })
  components!: JsonObject[] | null;

  @Column({ type: 'jsonb', nullable: true })
  stickers!: StickerItem[] | null;

  /** Question and answers; the votes are counted in `poll_counts`. */
  @Column({ type: 'jsonb', nullable: true })
  poll!: PollState | null;

  @Column({ type: 'jsonb', nullable: true })
  mentions!: MessageMentions | null;

  /** How often the content was replaced; what it was before is in `message_revisions`. */
  @Column({ type: 'int', default: 0 })
  revision!: number;

  /** Stream sequence of the creation; null while none was seen. */
  @Column({ type: 'bigint', name: 'created_seq', nullable: true, transformer: streamSeq })
  createdSeq!: number | null;

  /** Stream sequence of the event that brought the content. */
  @Column({ type: 'bigint', name: 'content_seq', nullable: true, transformer: streamSeq })
  contentSeq!: number | null;

  /** true while only updates of the message were seen, never its creation. */
  @Column({ type: 'boolean' })
  partial!: boolean;

  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
