import type { AccessChange, ChangeBody, Snowflake } from '@discord-relay/contracts';
import { CHANNELS } from '@discord-relay/read-model/tables';
import { type FeedChain, type GuildAnnouncement, requireGuildFeed } from '../shared/feed-chain.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { RowVersions } from '../shared/row-versions.js';
import { changed } from '../shared/same-json.js';
import { type RowWrite, upsert } from '../shared/row-write.js';
import type { ThreadMemberSet } from '../thread-members/thread-member-set.js';
import type { ChannelRow } from '../shared/rows.js';
import {
  archiveThread,
  channelAccess,
  channelBody,
  channelDecides,
  deleteChannel,
  type DescribedChannel,
  importChannel,
  isDescribed,
  isGone,
  patchChannel,
  upsertChannel,
} from './evolve.js';
import type { ChannelOp } from './ops.js';

const READ_CHANNELS: RowRead<typeof CHANNELS, [Snowflake]> = {
  name: 'read_channels',
  table: CHANNELS,
  where: 'id = ANY($1::bigint[])',
};

const READ_CHANNELS_OF_GUILDS: RowRead<typeof CHANNELS, [Snowflake]> = {
  name: 'read_channels_of_guilds',
  table: CHANNELS,
  where: 'guild_id = ANY($1::bigint[])',
};

export const requiredByChannels: RequireRows<ChannelOp> = (op, required) => {
  switch (op.op) {
    case 'patch':
      return required.add(READ_CHANNELS, op.channel.id);
    case 'upsert':
    case 'import':
      required.add(READ_CHANNELS, op.channel.id);
      return requireGuildFeed(required, op.channel.guild_id);
    case 'announce_import':
      return requireGuildFeed(required, op.guildId);
    case 'delete':
      required.add(READ_CHANNELS, op.id);
      return requireGuildFeed(required, op.guildId);
    case 'remove_except':
    case 'archive_threads_except':
      required.add(READ_CHANNELS_OF_GUILDS, op.guildId);
      return requireGuildFeed(required, op.guildId);
    case 'put_thread_members':
      required.add(READ_CHANNELS, op.threadId);
      return requireGuildFeed(required, op.guildId);
    default:
      return op satisfies never;
  }
};

/** Channels, rooms and threads. */
export class ChannelSet implements RowModel<ChannelOp> {
  readonly rows: RowSet<Snowflake, ChannelRow>;
  private readonly versions = new RowVersions<ChannelRow>('channels', {
    ids: ({ guild_id, id }) => ({ guildId: guild_id, id }),
  });

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
    private readonly threadMembers: ThreadMemberSet,
  ) {
    const rows = loaded.of(READ_CHANNELS, READ_CHANNELS_OF_GUILDS);
    this.rows = new RowSet(rows, (row) => row.id, this.versions);
  }

  apply(op: ChannelOp, seq: number): void {
    switch (op.op) {
      case 'upsert':
        return this.announceChannel(
          this.channel(op.channel.id, seq, (row) => upsertChannel(row, op, seq)),
          seq,
        );
      case 'import':
        return this.announceChannel(
          this.channel(op.channel.id, seq, (row) => importChannel(row, op.channel, seq)),
          seq,
        );
      case 'announce_import':
        return this.feeds.announceInGuild(op.guildId, seq, () => ({}));
      case 'patch':
        this.rows.update(op.channel.id, seq, (row) => patchChannel(row, op.channel, seq));
        return;
      case 'delete': {
        const ids = { id: op.id, guild_id: op.guildId };
        return this.announceChannel(this.deleteChannel(ids, op.at, seq), seq);
      }
      case 'remove_except':
        return this.removeChannels(op, seq);
      case 'archive_threads_except':
        return this.archiveThreads(op, seq);
      case 'put_thread_members':
        return this.putThreadMembers(op, seq);
      default:
        return op satisfies never;
    }
  }

  writes(): RowWrite[] {
    return [upsert(CHANNELS, this.rows.dirty()), ...this.versions.writes()];
  }

  /** null if the row did not change, except perhaps its `seq`: then nothing is announced. */
  private channel(
    id: Snowflake,
    seq: number,
    next: (row?: ChannelRow) => ChannelRow | null,
  ): ChangedChannel | null {
    const before = this.rows.get(id);
    const after = this.rows.update(id, seq, next);
    return after && changed(before, after) && { before, after };
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

  private announceChannel(changed: ChangedChannel | null, seq: number): void {
    if (!changed) return;
    const { after } = changed;
    if (isKnown(changed)) this.feeds.announce(after.guild_id, null, seq, () => channelChange(changed));
    else this.announceListed([changed], after.guild_id, seq);
  }

  private removeChannels(op: ChannelOp & { op: 'remove_except' }, seq: number): void {
    const keep = new Set(op.keep);
    const gone = this.channelsOf(op.guildId)
      .filter((row) => isGone(row, keep))
      .flatMap((row) => this.deleteChannel(row, op.at, seq) ?? []);
    this.announceListed(gone, op.guildId, seq);
  }

  private archiveThreads(op: ChannelOp & { op: 'archive_threads_except' }, seq: number): void {
    const keep = new Set(op.keep);
    const parents = op.channelIds && new Set(op.channelIds);
    const archived = this.channelsOf(op.guildId)
      .filter(({ id, parent_id }) => {
        return !keep.has(id) && (parents === null || (parent_id !== null && parents.has(parent_id)));
      })
      .flatMap(({ id }) => this.channel(id, seq, (row) => archiveThread(row, seq)) ?? []);
    this.announceListed(archived, op.guildId, seq);
  }

  private announceListed(all: ChangedChannel[], guildId: Snowflake, seq: number): void {
    const isAnnounced = all.some((each) => isKnown(each) || channelDecides(each.before, each.after));
    if (isAnnounced) this.feeds.announceInGuild(guildId, seq, () => channelAnnouncement(all));
  }

  /**
   * The members of a public thread do not affect access. Earlier members are not read, so a repeated announcement is a
   * change again. A thread without a description also has a row, because the row names the guild.
   */
  private putThreadMembers(op: ChannelOp & { op: 'put_thread_members' }, seq: number): void {
    const { threadId, guildId, added, removed } = op;
    const thread = this.rows.get(threadId);
    if (thread && thread.deleted_at !== null) return;
    const ids = { id: threadId, guild_id: guildId };
    if (!thread) this.rows.update(threadId, seq, () => patchChannel(undefined, ids, seq));
    for (const userId of added) this.threadMembers.put(ids, userId, seq);
    for (const userId of removed) this.threadMembers.remove(ids, userId);
    if ((thread?.type ?? PRIVATE_THREAD) !== PRIVATE_THREAD) return;
    this.feeds.announceInGuild(guildId, seq, () => ({
      access: [{ of: 'thread_members', threadId, added, removed }],
    }));
  }

  private channelsOf(guildId: Snowflake): ChannelRow[] {
    return this.rows.all().filter((row) => row.guild_id === guildId);
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

const channelAnnouncement = (all: ChangedChannel[]): GuildAnnouncement => ({
  channels: all.filter(isKnown).map(({ before, after }) => channelBody(before, after)),
  access: all.flatMap(accessOf),
});

const accessOf = ({ before, after }: ChangedChannel): AccessChange[] =>
  channelDecides(before, after) ? [channelAccess(after)] : [];
