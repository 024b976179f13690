import type { HeadKey, Snowflake } from '@discord-relay/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { streamSeq } from './columns.js';

/** The newest change of a feed, or of a whole guild under `guildHead` of contracts. */
@Entity('feed_heads')
export class FeedHeadEntity {
  @PrimaryColumn({ type: 'text' })
  feed!: HeadKey;

  @Column({ type: 'bigint', transformer: streamSeq })
  seq!: number;

  @Column({ type: 'bigint', name: 'guild_id' })
  guildId!: Snowflake;
}
