import type { AccessChange, ChangeBody, Snowflake } from '@discord-relay/contracts';
import { channelAccess, channelDecides, guildAccess, guildDecides } from './access-of.js';
import type { FeedChain, GuildNews } from './feed-chain.js';
import {
  archiveThread,
  channelBody,
  deleteChannel,
  guildUnavailable,
  isDescribed,
  isGone,
  leaveGuild,
  patchChannel,
  upsertChannel,
  upsertGuild,
  type DescribedChannel,
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
        const { channel } = change;
        return this.tellChannel(
          this.channel(channel.id, seq, (row) => upsertChannel(row, change, seq)),
          seq,
        );
      }
      case 'patch_channel':
        this.channels.update(change.channel.id, seq, (row) => patchChannel(row, change.channel, seq));
        return;
      case 'delete_channel': {
        const ids = { id: change.id, guild_id: change.guildId };
        return this.tellChannel(this.deleteChannel(ids, change.at, seq), seq);
      }
      case 'remove_channels_except':
        return this.removeChannels(change, seq);
      case 'archive_threads_except':
        return this.archiveThreads(change, seq);
      case 'put_thread_members':
        return this.putThreadMembers(change, seq);
      default:
        return change satisfies never;
    }
  }

  private guild(id: Snowflake, seq: number, next: (row?: GuildRow) => GuildRow | null): void {
    const before = this.guilds.get(id);
    const after = this.guilds.update(id, seq, next);
    if (!after || !guildDecides(before, after)) return;
    this.feeds.tellOfGuild(id, seq, () => ({ access: [guildAccess(after)] }));
  }

  private channel(
    id: Snowflake,
    seq: number,
    next: (row?: ChannelRow) => ChannelRow | null,
  ): ChangedChannel | null {
    const before = this.channels.get(id);
    const after = this.channels.update(id, seq, next);
    return after && { before, after };
  }

  private deleteChannel(
    ids: Pick<ChannelRow, 'id' | 'guild_id'>,
    at: string,
    seq: number,
  ): ChangedChannel | null {
    const changed = this.channel(ids.id, seq, (row) => deleteChannel(row, ids, at, seq));
    if (changed) this.threadMembers.clear(ids.id);
    return changed;
  }

  private tellChannel(changed: ChangedChannel | null, seq: number): void {
    if (!changed) return;
    const { after } = changed;
    if (isKnown(changed)) this.feeds.tell(after.guild_id, null, seq, () => channelChange(changed));
    else this.tellListed([changed], after.guild_id, seq);
  }

  private removeChannels(change: PlaceChange & { op: 'remove_channels_except' }, seq: number): void {
    const keep = new Set(change.keep);
    const gone = this.channelsOf(change.guildId)
      .filter((row) => isGone(row, keep))
      .flatMap((row) => this.deleteChannel(row, change.at, seq) ?? []);
    this.tellListed(gone, change.guildId, seq);
  }

  private archiveThreads(change: PlaceChange & { op: 'archive_threads_except' }, seq: number): void {
    const keep = new Set(change.keep);
    const parents = change.channelIds && new Set(change.channelIds);
    const archived = this.channelsOf(change.guildId)
      .filter(({ id, parent_id }) => {
        return !keep.has(id) && (parents === null || (parent_id !== null && parents.has(parent_id)));
      })
      .flatMap(({ id }) => this.channel(id, seq, (row) => archiveThread(row, seq)) ?? []);
    this.tellListed(archived, change.guildId, seq);
  }

  private tellListed(all: ChangedChannel[], guildId: Snowflake, seq: number): void {
    const isTold = all.some((each) => isKnown(each) || channelDecides(each.before, each.after));
    if (isTold) this.feeds.tellOfGuild(guildId, seq, () => channelNews(all));
  }

  /**
   * Who is in a thread that everyone may see decides nothing. Who was in it before is not read, so what is told again
   * is a change again. Of a thread that nobody described there is a row all the same: it says whose guild it is.
   */
  private putThreadMembers(change: PlaceChange & { op: 'put_thread_members' }, seq: number): void {
    const { threadId, guildId, added, removed } = change;
    const thread = this.channels.get(threadId);
    if (thread && thread.deleted_at !== null) return;
    const ids = { id: threadId, guild_id: guildId };
    if (!thread) this.channels.update(threadId, seq, () => patchChannel(undefined, ids, seq));
    for (const userId of added) this.threadMembers.put(ids, userId, true);
    for (const userId of removed) this.threadMembers.put(ids, userId, false);
    if ((thread?.type ?? PRIVATE_THREAD) !== PRIVATE_THREAD) return;
    this.feeds.tellOfGuild(guildId, seq, () => ({
      access: [{ of: 'thread_members', threadId, added, removed }],
    }));
  }

  private channelsOf(guildId: Snowflake): ChannelRow[] {
    return this.channels.all().filter((row) => row.guild_id === guildId);
  }
}

interface ChangedChannel<Row extends ChannelRow = ChannelRow> {
  before: ChannelRow | undefined;
  after: Row;
}

type KnownChannel = ChangedChannel<DescribedChannel>;

const isKnown = (changed: ChangedChannel): changed is KnownChannel => isDescribed(changed.after);

/** Discord's channel type. */
const PRIVATE_THREAD = 12;

function channelChange({ before, after }: KnownChannel): ChangeBody {
  const access = accessOf({ before, after });
  const body = { ...channelBody(before, after), ...(access.length > 0 && { access }) };
  return { kind: 'channel_update', body };
}

const channelNews = (all: ChangedChannel[]): GuildNews => ({
  channels: all.filter(isKnown).map(({ before, after }) => channelBody(before, after)),
  access: all.flatMap(accessOf),
});

const accessOf = ({ before, after }: ChangedChannel): AccessChange[] =>
  channelDecides(before, after) ? [channelAccess(after)] : [];
