import {
  AppError,
  type Change,
  channelFeed,
  guildFeed,
  type MessagesBulk,
  type SnapshotReason,
  type WireChannel,
} from '@discord-relay/contracts';
import { guildHead } from '@discord-relay/read-model';
import { canSeeChannel, guildScope } from '../access/access-policy.js';
import type { Principal } from '../access/principal.js';
import { feedHeads, readFeedTail } from '../read/changes.query.js';
import { type ChannelRow, findChannel, listChannels } from '../read/channels.query.js';
import { listGuilds } from '../read/guilds.query.js';
import { listMessages } from '../read/messages.query.js';
import type { Querying, ReadModelDatabase } from '../read/read-model.database.js';
import type { FollowPage } from './follow.js';
import { refuseResume, type ResumeLimits } from './resume.js';

/** How a client enters a channel: from a snapshot, or from its cursor with the complete tail. */
export type Entrance = { kind: 'snapshot'; bulk: MessagesBulk } | { kind: 'resume'; tail: Change[] };

export interface EntranceRequest {
  after?: number;
  limit: number;
  /** Why a snapshot is sent when no cursor was. */
  reason: SnapshotReason;
}

/** What sockets are told from the read models. */
export class FeedReader {
  constructor(
    private readonly database: ReadModelDatabase,
    private readonly resumeLimits: ResumeLimits,
  ) {}

  /** @throws AppError `CHANNEL.NOT_FOUND` also when the principal may not see it */
  async channel(principal: Principal, channelId: string): Promise<ChannelRow> {
    const channel = await findChannel(this.database, channelId);
    if (!channel || !canSeeChannel(principal, channel)) throw new AppError('CHANNEL.NOT_FOUND');
    return channel;
  }

  /** All of it from one state of the database. */
  entrance(channel: ChannelRow, request: EntranceRequest): Promise<FollowPage<Entrance>> {
    const feed = channelFeed(channel.id);
    return this.database.snapshot(async (query) => {
      const [feedSeq, guildSeq] = (await feedHeads(query, [feed, guildHead(channel.guildId)])) as [
        number,
        number,
      ];
      const content = await this.enter(query, channel, request, feedSeq);
      return { heads: [{ feedSeq, guildSeq }], content };
    });
  }

  /** The channels of the guilds; heads in the same order. */
  channelList(guildIds: string[]): Promise<FollowPage<WireChannel[]>> {
    return this.database.snapshot(async (query) => {
      const feeds = guildIds.flatMap((id) => [guildFeed(id), guildHead(id)]);
      const seqs = await feedHeads(query, feeds);
      const heads = guildIds.map((_, i) => ({ feedSeq: seqs[2 * i]!, guildSeq: seqs[2 * i + 1]! }));
      return { heads, content: await listChannels(query, guildIds) };
    });
  }

  /** The guilds the principal may see. */
  async guildIds(principal: Principal): Promise<string[]> {
    const guilds = await listGuilds(this.database, guildScope(principal));
    return guilds.map(({ id }) => id);
  }

  private async enter(
    query: Querying,
    channel: ChannelRow,
    { after, limit, reason }: EntranceRequest,
    head: number,
  ): Promise<Entrance> {
    if (after === undefined) return await snapshotOf(query, channel, limit, head, reason);
    const { maxEvents } = this.resumeLimits;
    const tail = after < head ? await readFeedTail(query, channelFeed(channel.id), after, maxEvents + 1) : [];
    const refusal = refuseResume(after, head, tail, this.resumeLimits);
    if (refusal) return await snapshotOf(query, channel, limit, head, refusal);
    return { kind: 'resume', tail };
  }
}

async function snapshotOf(
  query: Querying,
  channel: ChannelRow,
  limit: number,
  seq: number,
  reason: SnapshotReason,
): Promise<Entrance> {
  const messages = await listMessages(query, channel.id, {}, limit);
  return {
    kind: 'snapshot',
    bulk: { channelId: channel.id, serverId: channel.guildId, messages, seq, reason },
  };
}
