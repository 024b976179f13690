import type { Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What happened in a channel in an hour; nothing in it is about a person. An hour without events has no row. */
@Entity('hourly_counts')
export class HourlyCountEntity {
  @PrimaryColumn({ type: 'bigint', name: 'channel_id' })
  channelId!: Snowflake;

  /** When the hour begins. */
  @PrimaryColumn({ type: 'timestamptz' })
  hour!: Date;

  @Column({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  /** Messages created in this hour, also those deleted since. */
  @Column({ type: 'int' })
  messages!: number;

  @Column({ type: 'int' })
  edits!: number;

  @Column({ type: 'int' })
  deletions!: number;

  /** Reactions seen as they were added; of those that history knows nobody knows when. */
  @Column({ type: 'int' })
  reactions!: number;
}
