import type { Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/**
 * Where in the log an hour of a guild begins: what was received at a time is at or after the newest `seq` whose hour
 * is not later. For a message see `createdSeq` of `messages`.
 */
@Entity('stream_positions')
export class StreamPositionEntity {
  @PrimaryColumn({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  /** When the hour begins. */
  @PrimaryColumn({ type: 'timestamptz' })
  hour!: Date;

  /** Stream sequence of the first event of the guild that was received in this hour. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
