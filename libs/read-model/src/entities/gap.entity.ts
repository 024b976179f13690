import type { GapCause, GapClosed, Recovered, Snowflake, Unrecoverable } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** A time in which a guild was not listened to. One whose end alone was seen has no bounds. */
@Entity('gaps')
export class GapEntity {
  @PrimaryColumn({ type: 'text', name: 'gap_id' })
  gapId!: string;

  @PrimaryColumn({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  @Column({ type: 'int', name: 'shard_id', nullable: true })
  shardId!: number | null;

  @Column({ type: 'text', nullable: true })
  cause!: GapCause | null;

  @Column({ type: 'timestamptz', name: 'opened_at', nullable: true })
  openedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'from_time', nullable: true })
  fromTime!: Date | null;

  @Column({ type: 'bigint', name: 'from_snowflake', nullable: true })
  fromSnowflake!: Snowflake | null;

  @Column({ type: 'timestamptz', name: 'to_time', nullable: true })
  toTime!: Date | null;

  @Column({ type: 'bigint', name: 'to_snowflake', nullable: true })
  toSnowflake!: Snowflake | null;

  /** null while history is fetched. */
  @Column({ type: 'timestamptz', name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column({ type: 'jsonb', nullable: true })
  recovered!: Recovered | null;

  @Column({ type: 'text', array: true, nullable: true })
  unrecoverable!: Unrecoverable[] | null;

  @Column({ type: 'jsonb', nullable: true })
  channels!: GapClosed['channels'] | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
