import type { Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** A role. One that was deleted before it was ever described has only its ids, `deletedAt` and `seq`. */
@Entity('roles')
export class RoleEntity {
  @PrimaryColumn({ type: 'bigint' })
  id!: Snowflake;

  @Column({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  /** An unsigned 64-bit set in decimal. */
  @Column({ type: 'numeric', precision: 20, nullable: true })
  permissions!: string | null;

  @Column({ type: 'int', nullable: true })
  position!: number | null;

  @Column({ type: 'int', nullable: true })
  color!: number | null;

  @Column({ type: 'boolean', nullable: true })
  hoist!: boolean | null;

  @Column({ type: 'boolean', nullable: true })
  managed!: boolean | null;

  @Column({ type: 'boolean', nullable: true })
  mentionable!: boolean | null;

  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
