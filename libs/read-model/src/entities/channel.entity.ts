import type { OverwriteState, Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** A channel. One that was deleted before it was ever described has only its ids, `deletedAt` and `seq`. */
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

  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
