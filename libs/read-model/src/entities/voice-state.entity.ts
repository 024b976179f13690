import type { Snowflake, VoiceFlags } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** Who is inside which room since when. Of who went out only the ids are left. */
@Entity('voice_states')
export class VoiceStateEntity {
  @PrimaryColumn({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  @PrimaryColumn({ type: 'bigint', name: 'user_id' })
  userId!: Snowflake;

  /** null: in no room. */
  @Column({ type: 'bigint', name: 'channel_id', nullable: true })
  channelId!: Snowflake | null;

  /** When the user was first seen in this room, without having been out of it since. */
  @Column({ type: 'timestamptz', nullable: true })
  since!: Date | null;

  @Column({ type: 'text', nullable: true })
  username!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  state!: VoiceFlags | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
