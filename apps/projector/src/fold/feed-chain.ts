import {
  channelFeed,
  guildFeed,
  guildHead,
  type Change,
  type ChangeBody,
  type FeedKey,
  type HeadKey,
  type Snowflake,
} from '@discord-relay/contracts';
import type { HeadRow } from './heads.js';
import { RowSet } from './row-set.js';

/** The changes that clients are told, each linked to the one before it. */
export class FeedChain {
  readonly heads: RowSet<HeadKey, HeadRow>;
  readonly changes: Change[] = [];

  /** `muted`: heads move, nothing is told; `headSeq`: they move there, not to the event's place. */
  constructor(
    heads: HeadRow[],
    private readonly muted: boolean,
    private readonly headSeq?: number,
  ) {
    this.heads = new RowSet(heads, (row) => row.feed);
  }

  /** Links the change into the chain of its feed and into that of its guild. */
  tell({ kind, body }: ChangeBody, guildId: Snowflake, channelId: Snowflake | null, seq: number): void {
    const feed: FeedKey = channelId === null ? guildFeed(guildId) : channelFeed(channelId);
    const prev = this.moveHead(feed, guildId, seq);
    const guildPrev = this.moveHead(guildHead(guildId), guildId, seq);
    if (this.muted) return;
    this.changes.push({ kind, body, guildId, channelId, feed, seq, prev, guildPrev } as Change);
  }

  private moveHead(feed: HeadKey, guildId: Snowflake, seq: number): number {
    const prev = this.heads.get(feed)?.seq ?? 0;
    this.heads.set(feed, { feed, seq: this.headSeq ?? seq, guild_id: guildId });
    return prev;
  }
}
