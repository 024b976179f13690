import {
  AppError,
  type Change,
  channelFeed,
  type FeedKey,
  guildFeed,
  type MessagesBulk,
  type RoomsList,
  type Snowflake,
  type SnapshotReason,
  type WireChannel,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { guildHead } from '@discord-relay/read-model';
import { loadGuildAccess } from '../../read/access/load-guild-access.js';
import { seesAllChannels, type Principal } from '../../access/principal.js';
import { feedHeads, readFeedTail, readTailBounds } from '../../read/changes.query.js';
import { type ChannelRow, findChannel, listChannels } from '../../read/channels.query.js';
import { listMessages } from '../../read/messages/messages.query.js';
import type { PageBounds } from '../../read/messages/message-pages.js';
import type { Querying, ReadModelDatabase } from '../../database/read-model.database.js';
import { listRooms } from '../../read/rooms.query.js';
import type { ViewerAccess } from '../../read/access/rights-trail.query.js';
import type { SnapshotPage } from './snapshot-then-tail.js';
import { guildIdsFor } from '../../read/guilds.query.js';
import {
  isCursorOfFeed,
  refuseChangedAccess,
  refuseResume,
  type ResumeLimits,
  tailAfter,
} from '../../read/resume.js';

/** The start of a subscription: a snapshot, or the complete tail after the client's cursor. */
export type SnapshotOrTail<S> = { kind: 'snapshot'; snapshot: S } | { kind: 'resume'; tail: Change[] };

export interface StartRequest {
  after?: number;
  /** The reason of a snapshot when there is no cursor. */
  reason: SnapshotReason;
}

export interface ChannelStartRequest extends StartRequest {
  limit: number;
  /** Whether the user may read the history; otherwise the snapshot only has a cursor. */
  history: boolean;
  /** The user who resumes from the cursor. */
  viewer?: ViewerAccess;
}

/** Returns why a complete tail may not be sent, or undefined if it may. */
type TailCheck = (
  query: Querying,
  tail: readonly Change[],
  head: number,
) => Promise<SnapshotReason | undefined> | SnapshotReason | undefined;

interface FeedState {
  query: Querying;
  head: number;
}

/** Reads what sockets need from the read models. */
export class SnapshotReader {
  constructor(
    private readonly database: ReadModelDatabase,
    private readonly resumeLimits: ResumeLimits,
    private readonly publicChannels: ReadonlySet<string>,
  ) {}

  /** Does not check access. @throws AppError `CHANNEL.NOT_FOUND` */
  async findChannel(channelId: string): Promise<ChannelRow> {
    return existing(await findChannel(this.database, channelId));
  }

  /** Reads the start of a subscription to a channel, from one state of the database. */
  readChannel(
    channel: ChannelRow,
    request: ChannelStartRequest,
  ): Promise<SnapshotPage<SnapshotOrTail<MessagesBulk>>> {
    const { history, limit, viewer, after, reason } = request;
    const forbidden = !history && after !== undefined;
    const steps = forbidden ? { reason: 'history_forbidden' as const } : { after, reason };
    const feed = channelFeed(channel.id);
    const bulk = async ({ query, head }: FeedState, reason: SnapshotReason): Promise<MessagesBulk> => ({
      channelId: channel.id,
      serverId: channel.guildId,
      messages: history ? await listMessages(query, channel.id, {}, limit) : [],
      seq: head,
      reason,
    });
    return this.snapshotOrTail(feed, channel.guildId, steps, bulk, (query, tail) =>
      viewer ? refuseChangedAccess(query, viewer, channel.id, tail) : undefined,
    );
  }

  /** Every room of the guild, not limited by the user's rights. */
  readRooms(
    guildId: Snowflake,
    request: StartRequest,
    principal: Principal,
  ): Promise<SnapshotPage<SnapshotOrTail<RoomsList>>> {
    const list = async ({ query, head }: FeedState, reason: SnapshotReason): Promise<RoomsList> => ({
      guildId,
      rooms: await listRooms(query, guildId),
      seq: head,
      reason,
    });
    return this.snapshotOrTail(guildFeed(guildId), guildId, request, list, (_query, tail, head) =>
      seesAllChannels(principal) || !mayChangeRights(tail, head) ? undefined : 'access_changed',
    );
  }

  /** The channels of the guilds, not limited by the user's rights; the heads are in the order of the guilds. */
  readChannelList(guildIds: readonly string[]): Promise<SnapshotPage<WireChannel[]>> {
    return this.database.snapshot(async (query) => {
      const feeds = guildIds.flatMap((id) => [guildFeed(id), guildHead(id)]);
      const seqs = await feedHeads(query, feeds);
      const heads = guildIds.map((_, i) => ({ feedSeq: seqs[2 * i]!, guildSeq: seqs[2 * i + 1]! }));
      return { heads, content: await listChannels(query, [...guildIds]) };
    });
  }

  /** The guilds in which the principal may see something. */
  guildIds(principal: Principal): Promise<Snowflake[]> {
    return guildIdsFor(this.database, principal, this.publicChannels);
  }

  /**
   * A page of messages. Rights and messages are read from one state of the database.
   * @throws AppError `CHANNEL.NOT_FOUND`, `CHANNEL.HISTORY_FORBIDDEN`
   */
  readHistory(
    principal: Principal,
    channelId: string,
    bounds: PageBounds,
    limit: number,
  ): Promise<WireHistoryMessage[]> {
    return this.database.snapshot(async (query) => {
      const { guildId } = existing(await findChannel(query, channelId));
      const access = await loadGuildAccess(query, guildId, {
        userIds: [principal.id],
        publicChannels: this.publicChannels,
        channelIds: [channelId],
      });
      const rights = access.rights(principal, channelId, wallClockMs());
      if (!rights.read) throw new AppError('CHANNEL.NOT_FOUND');
      if (!rights.history) throw new AppError('CHANNEL.HISTORY_FORBIDDEN');
      return await listMessages(query, channelId, bounds, limit);
    });
  }

  private snapshotOrTail<S>(
    feed: FeedKey,
    guildId: string,
    { after, reason }: StartRequest,
    snapshotOf: (state: FeedState, reason: SnapshotReason) => Promise<S>,
    checkTail: TailCheck,
  ): Promise<SnapshotPage<SnapshotOrTail<S>>> {
    return this.database.snapshot(async (query) => {
      const [head, guildSeq] = (await feedHeads(query, [feed, guildHead(guildId)])) as [number, number];
      const heads = [{ feedSeq: head, guildSeq }];
      const snapshot = async (cause: SnapshotReason) =>
        ({ kind: 'snapshot', snapshot: await snapshotOf({ query, head }, cause) }) as const;
      if (after === undefined) return { heads, content: await snapshot(reason) };
      const tail = await this.tailOf(query, feed, after, head);
      const guild = isCursorOfFeed(after, head, tail)
        ? undefined
        : await readTailBounds(query, guildId, after);
      const refusal =
        refuseResume(after, tail, guild, this.resumeLimits) ?? (await checkTail(query, tail, head));
      if (refusal) return { heads, content: await snapshot(refusal) };
      return { heads, content: { kind: 'resume', tail: tailAfter(after, tail) } };
    });
  }

  private async tailOf(query: Querying, feed: FeedKey, after: number, head: number): Promise<Change[]> {
    return after < head ? await readFeedTail(query, feed, after, this.resumeLimits.maxEvents + 1) : [];
  }
}

function existing(channel: ChannelRow | undefined): ChannelRow {
  if (!channel) throw new AppError('CHANNEL.NOT_FOUND');
  return channel;
}

/** True if a change in the tail affects rights, or if changes are missing: a retried parked event changes rights without one. */
const mayChangeRights = (tail: readonly Change[], head: number): boolean =>
  tail.some(changesRights) ||
  tail.some(({ prev }, i) => i > 0 && prev !== tail[i - 1]!.seq) ||
  (tail.length > 0 && tail.at(-1)!.seq !== head);

/** Whether the change affects rights beyond its own channel. */
export const changesRights = ({ body }: Change): boolean => 'access' in body && body.access !== undefined;
