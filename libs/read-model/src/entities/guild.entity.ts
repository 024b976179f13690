import type { Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

@Entity('guilds')
export class GuildEntity {
  @PrimaryColumn({ type: 'bigint' })
  id!: Snowflake;

  /** null until an event that names the guild was seen. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', nullable: true })
  icon!: string | null;

  @Column({ type: 'bigint', name: 'owner_id', nullable: true })
  ownerId!: Snowflake | null;

  /** false during an outage at Discord. */
  @Column({ type: 'boolean' })
  available!: boolean;

  /** When the bot was removed or the guild deleted; null while it is a member. */
  @Column({ type: 'timestamptz', name: 'left_at', nullable: true })
  leftAt!: Date | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
