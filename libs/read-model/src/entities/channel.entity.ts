import type { OverwriteState, Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/**
 * A channel, a room or a thread. What only one kind has is null for the others, or not known. One that was deleted
 * before it was ever described has only its ids, `deletedAt` and `seq`.
 */
@Entity('channels')
export class ChannelEntity {
  @PrimaryColumn({ type: 'bigint' })
  id!: Snowflake;

  @Column({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  /** Discord's channel type number. */
  @Column({ type: 'int', nullable: true })
  type!: number | null;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', nullable: true })
  topic!: string | null;

  @Column({ type: 'int', nullable: true })
  position!: number | null;

  @Column({ type: 'bigint', name: 'parent_id', nullable: true })
  parentId!: Snowflake | null;

  @Column({ type: 'boolean', nullable: true })
  nsfw!: boolean | null;

  @Column({ type: 'jsonb', nullable: true })
  overwrites!: OverwriteState[] | null;

  /** When a message was pinned last, of those that still are. */
  @Column({ type: 'timestamptz', name: 'last_pin_at', nullable: true })
  lastPinAt!: Date | null;

  /** Of a room: how many may enter; 0 is no limit. */
  @Column({ type: 'int', name: 'user_limit', nullable: true })
  userLimit!: number | null;

  /** Of a room, in bits per second. */
  @Column({ type: 'int', nullable: true })
  bitrate!: number | null;

  /** Of a room: the line that people set over it. */
  @Column({ type: 'text', nullable: true })
  status!: string | null;

  /** Of a thread, like everything that follows: who began it. */
  @Column({ type: 'bigint', name: 'owner_id', nullable: true })
  ownerId!: Snowflake | null;

  /** null: no thread. */
  @Column({ type: 'boolean', nullable: true })
  archived!: boolean | null;

  @Column({ type: 'boolean', nullable: true })
  locked!: boolean | null;

  @Column({ type: 'boolean', nullable: true })
  invitable!: boolean | null;

  /** When it was archived or taken out of the archive last, as Discord says. */
  @Column({ type: 'timestamptz', name: 'archive_changed_at', nullable: true })
  archiveChangedAt!: Date | null;

  /** Minutes of silence after which it is archived. */
  @Column({ type: 'int', name: 'auto_archive_minutes', nullable: true })
  autoArchiveMinutes!: number | null;

  @Column({ type: 'timestamptz', name: 'thread_created_at', nullable: true })
  threadCreatedAt!: Date | null;

  @Column({ type: 'bigint', name: 'applied_tag_ids', array: true, nullable: true })
  appliedTagIds!: Snowflake[] | null;

  /** This and the next as Discord counts them, which it stops doing at a limit. */
  @Column({ type: 'int', name: 'message_count', nullable: true })
  messageCount!: number | null;

  @Column({ type: 'int', name: 'member_count', nullable: true })
  memberCount!: number | null;

  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
