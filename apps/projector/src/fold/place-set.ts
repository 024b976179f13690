import type { Snowflake } from '@discord-relay/contracts';
import type { FeedChain } from './feed-chain.js';
import {
  archiveThread,
  channelBody,
  deleteChannel,
  guildUnavailable,
  isGone,
  leaveGuild,
  patchChannel,
  upsertChannel,
  upsertGuild,
} from './place-rows.js';
import type { PlaceChange } from './row-change.js';
import { RowSet } from './row-set.js';
import type { ChannelRow, GuildRow } from './rows.js';
import { ThreadMemberSet } from './thread-member-set.js';

export interface LoadedPlaces {
  guilds: GuildRow[];
  channels: ChannelRow[];
}

/** Guilds, and the channels, rooms and threads in them. */
export class PlaceSet {
  readonly guilds: RowSet<Snowflake, GuildRow>;
  readonly channels: RowSet<Snowflake, ChannelRow>;
  readonly threadMembers = new ThreadMemberSet();

  constructor(
    loaded: LoadedPlaces,
    private readonly feeds: FeedChain,
  ) {
    this.guilds = new RowSet(loaded.guilds, (row) => row.id);
    this.channels = new RowSet(loaded.channels, (row) => row.id);
  }

  apply(change: PlaceChange, seq: number): void {
    switch (change.op) {
      case 'upsert_guild':
        return this.guild(change.guild.id, seq, (row) => upsertGuild(row, change.guild, change.joined, seq));
      case 'guild_unavailable':
        return this.guild(change.id, seq, (row) => guildUnavailable(row, change.id, seq));
      case 'leave_guild':
        return this.guild(change.id, seq, (row) => leaveGuild(row, change.id, change.at, seq));
      case 'upsert_channel': {
        const { channel, synced } = change;
        const row = this.channels.update(channel.id, seq, (row) => upsertChannel(row, channel, synced, seq));
        return this.tellChannel(row, seq);
      }
      case 'patch_channel':
        this.channels.update(change.channel.id, seq, (row) => patchChannel(row, change.channel, seq));
        return;
      case 'delete_channel': {
        const row = this.deleteChannel({ id: change.id, guild_id: change.guildId }, change.at, seq);
        return this.tellChannel(row, seq);
      }
      case 'remove_channels_except':
        return this.removeChannels(change, seq);
      case 'archive_threads_except':
        return this.archiveThreads(change, seq);
      case 'put_thread_member':
        return this.putThreadMember(change);
      default:
        return change satisfies never;
    }
  }

  private guild(id: Snowflake, seq: number, next: (row?: GuildRow) => GuildRow | null): void {
    this.guilds.update(id, seq, next);
  }

  private deleteChannel(
    ids: Pick<ChannelRow, 'id' | 'guild_id'>,
    at: string,
    seq: number,
  ): ChannelRow | null {
    const row = this.channels.update(ids.id, seq, (row) => deleteChannel(row, ids, at, seq));
    if (row) this.threadMembers.clear(row.id);
    return row;
  }

  private tellChannel(row: ChannelRow | null, seq: number): void {
    const body = row && channelBody(row);
    if (body) this.feeds.tell({ kind: 'channel_update', body }, row.guild_id, null, seq);
  }

  private removeChannels(change: PlaceChange & { op: 'remove_channels_except' }, seq: number): void {
    const keep = new Set(change.keep);
    const gone = this.channelsOf(change.guildId)
      .filter((row) => isGone(row, keep))
      .map((row) => this.deleteChannel(row, change.at, seq))
      .flatMap((row) => (row && channelBody(row)) ?? []);
    if (gone.length > 0) {
      this.feeds.tell(
        { kind: 'guild_listed', body: { channels: gone, left: [] } },
        change.guildId,
        null,
        seq,
      );
    }
  }

  private archiveThreads(change: PlaceChange & { op: 'archive_threads_except' }, seq: number): void {
    const keep = new Set(change.keep);
    const parents = change.channelIds && new Set(change.channelIds);
    for (const { id, parent_id } of this.channelsOf(change.guildId)) {
      const isMeant = !keep.has(id) && (parents === null || (parent_id !== null && parents.has(parent_id)));
      if (isMeant) this.channels.update(id, seq, (row) => archiveThread(row, seq));
    }
  }

  private putThreadMember(change: PlaceChange & { op: 'put_thread_member' }): void {
    const isGone = (this.channels.get(change.threadId)?.deleted_at ?? null) !== null;
    if (!isGone) this.threadMembers.put(change.threadId, change.userId, change.present);
  }

  private channelsOf(guildId: Snowflake): ChannelRow[] {
    return this.channels.all().filter((row) => row.guild_id === guildId);
  }
}
