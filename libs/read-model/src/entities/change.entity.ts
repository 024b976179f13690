import type { ChangeBody, ChangeKind, FeedKey, Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/**
 * A committed change, see `Change` in contracts. `(feed, seq)` is unique because one event makes at most one change a
 * feed; the table is partitioned by `committedAt`, so no constraint says so.
 */
@Entity('changes')
export class ChangeEntity {
  @PrimaryColumn({ type: 'text' })
  feed!: FeedKey;

  @PrimaryColumn({ type: 'bigint', transformer: streamSeq })
  seq!: number;

  @Column({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;

  @Column({ type: 'bigint', name: 'channel_id', nullable: true })
  channelId!: Snowflake | null;

  @Column({ type: 'bigint', transformer: streamSeq })
  prev!: number;

  @Column({ type: 'bigint', name: 'guild_prev', transformer: streamSeq })
  guildPrev!: number;

  @Column({ type: 'text' })
  kind!: ChangeKind;

  @Column({ type: 'json' })
  body!: ChangeBody['body'];

  @Column({ type: 'timestamptz', name: 'committed_at' })
  committedAt!: Date;
}
