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
import { describeGap, gapKey } from './gap-rows.js';
import {
  channelBody,
  deleteChannel,
  guildUnavailable,
  isGone,
  leaveGuild,
  upsertChannel,
  upsertGuild,
  wireChannel,
} from './guild-rows.js';
import type { HeadRow } from './heads.js';
import { createMessage, deleteMessage, patchMessage, type MessageOutcome } from './message-rows.js';
import { ReactionSet } from './reaction-set.js';
import type { RowChange } from './row-change.js';
import { RowSet } from './row-set.js';
import type { ChannelRow, GapRow, GuildRow, MessageRow } from './rows.js';

type ChannelKeys = Pick<ChannelRow, 'id' | 'guild_id'>;
type MessageKeys = Pick<MessageRow, 'id' | 'guild_id' | 'channel_id'>;

/** The rows that a batch touches, as they are in the database. */
export interface LoadedRows {
  guilds: GuildRow[];
  channels: ChannelRow[];
  messages: MessageRow[];
  heads: HeadRow[];
  gaps: GapRow[];
}

/**
 * Applies a batch's events, in order, to the rows they touch. What is dirty afterwards is what has to be written, so
 * however often a row changes within the batch, it is written once. Deterministic: the same rows and events give the
 * same result however the events are cut into batches.
 */
export class WorkingSet {
  readonly guilds: RowSet<Snowflake, GuildRow>;
  readonly channels: RowSet<Snowflake, ChannelRow>;
  readonly messages: RowSet<Snowflake, MessageRow>;
  readonly heads: RowSet<HeadKey, HeadRow>;
  readonly gaps: RowSet<string, GapRow>;
  readonly reactions = new ReactionSet();
  readonly changes: Change[] = [];

  constructor(loaded: LoadedRows) {
    this.guilds = new RowSet(loaded.guilds, (row) => row.id);
    this.channels = new RowSet(loaded.channels, (row) => row.id);
    this.messages = new RowSet(loaded.messages, (row) => row.id);
    this.heads = new RowSet(loaded.heads, (row) => row.feed);
    this.gaps = new RowSet(loaded.gaps, gapKey);
  }

  /** `seq` is the stream sequence of the event that asks for the change. */
  apply(change: RowChange, seq: number): void {
    switch (change.op) {
      case 'upsert_guild':
        return this.guild(change.guild.id, seq, (row) => upsertGuild(row, change.guild, change.joined, seq));
      case 'guild_unavailable':
        return this.guild(change.id, seq, (row) => guildUnavailable(row, change.id, seq));
      case 'leave_guild':
        return this.guild(change.id, seq, (row) => leaveGuild(row, change.id, change.at, seq));
      case 'upsert_channel':
        return this.channel(change.channel, seq, (row) =>
          upsertChannel(row, change.channel, change.synced, seq),
        );
      case 'delete_channel': {
        const ids = { id: change.id, guild_id: change.guildId };
        return this.channel(ids, seq, (row) => deleteChannel(row, ids, change.at, seq));
      }
      case 'remove_channels_except':
        return this.removeChannels(change, seq);
      case 'create_message':
        return this.message(change.message, seq, (row) => createMessage(row, change.message, seq));
      case 'patch_message':
        return this.message(change.patch, seq, (row) => patchMessage(row, change.patch, seq));
      case 'delete_messages':
        return this.deleteMessages(change, seq);
      case 'put_reaction':
        return this.reactions.put(change.row, change.present);
      case 'clear_reactions':
        return this.reactions.clear(change.messageId, change.emoji);
      case 'describe_gap':
        this.gaps.update(gapKey(change.gap), seq, (row) => describeGap(row, change.gap, seq));
        return;
      default:
        return change satisfies never;
    }
  }

  private guild(id: Snowflake, seq: number, next: (row?: GuildRow) => GuildRow | null): void {
    this.guilds.update(id, seq, next);
  }

  private channel(
    { id, guild_id }: ChannelKeys,
    seq: number,
    next: (row?: ChannelRow) => ChannelRow | null,
  ): void {
    const row = this.channels.update(id, seq, next);
    const body = row && channelBody(row);
    if (body) this.tell({ kind: 'channel_update', body }, guild_id, null, seq);
  }

  private message(
    { id, guild_id, channel_id }: MessageKeys,
    seq: number,
    next: (row?: MessageRow) => MessageOutcome | null,
  ): void {
    let change: ChangeBody | undefined;
    this.messages.update(id, seq, (row) => {
      const outcome = next(row);
      change = outcome?.change;
      return outcome?.row ?? null;
    });
    if (change) this.tell(change, guild_id, channel_id, seq);
  }

  private removeChannels(change: RowChange & { op: 'remove_channels_except' }, seq: number): void {
    const keep = new Set(change.keep);
    const gone = this.channels
      .all()
      .filter((row) => row.guild_id === change.guildId && isGone(row, keep))
      .map((row) => this.channels.update(row.id, seq, () => deleteChannel(row, row, change.at, seq)))
      .flatMap((row) => (row && wireChannel(row)) ?? []);
    if (gone.length > 0) {
      this.tell({ kind: 'channels_removed', body: { channels: gone } }, change.guildId, null, seq);
    }
  }

  private deleteMessages(change: RowChange & { op: 'delete_messages' }, seq: number): void {
    const { channelId, guildId, at } = change;
    for (const id of change.ids) this.reactions.clear(id, null);
    const ids = change.ids.filter((id) => {
      const keys = { id, channel_id: channelId, guild_id: guildId };
      return this.messages.update(id, seq, (row) => deleteMessage(row, keys, at, seq)) !== null;
    });
    if (ids.length === 0) return;
    this.tell(
      { kind: 'message_delete', body: { ids, channelId, serverId: guildId } },
      guildId,
      channelId,
      seq,
    );
  }

  /** Links the change into the chain of its feed and into that of its guild. */
  private tell(body: ChangeBody, guildId: Snowflake, channelId: Snowflake | null, seq: number): void {
    const feed: FeedKey = channelId === null ? guildFeed(guildId) : channelFeed(channelId);
    const prev = this.moveHead(feed, guildId, seq);
    const guildPrev = this.moveHead(guildHead(guildId), guildId, seq);
    this.changes.push({ ...body, guildId, channelId, feed, seq, prev, guildPrev });
  }

  private moveHead(feed: HeadKey, guildId: Snowflake, seq: number): number {
    const prev = this.heads.get(feed)?.seq ?? 0;
    this.heads.set(feed, { feed, seq, guild_id: guildId });
    return prev;
  }
}
