import type { Snowflake, UserState } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** Someone who is or was a member of a guild. Who left has no roles, no nick and no timeout here. */
@Entity('members')
export class MemberEntity {
  @PrimaryColumn({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  @PrimaryColumn({ type: 'bigint', name: 'user_id' })
  userId!: Snowflake;

  @Column({ type: 'text', nullable: true })
  username!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  profile!: UserState | null;

  @Column({ type: 'text', nullable: true })
  nick!: string | null;

  /** Without @everyone, which every member has. Roles of it may be deleted: join `roles`. */
  @Column({ type: 'bigint', name: 'role_ids', array: true })
  roleIds!: Snowflake[];

  @Column({ type: 'timestamptz', name: 'joined_at', nullable: true })
  joinedAt!: Date | null;

  /** Until then the member may only look on; it ends by the clock, without an event. */
  @Column({ type: 'timestamptz', name: 'timed_out_until', nullable: true })
  timedOutUntil!: Date | null;

  @Column({ type: 'boolean', nullable: true })
  pending!: boolean | null;

  @Column({ type: 'bigint', nullable: true, transformer: streamSeq })
  flags!: number | null;

  /** The member's avatar in this guild only. */
  @Column({ type: 'text', nullable: true })
  avatar!: string | null;

  /** null: is a member now. */
  @Column({ type: 'timestamptz', name: 'left_at', nullable: true })
  leftAt!: Date | null;

  /** Stream sequence of the event that last changed the row. */
  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;
}
