import {
  AppError,
  channelFeed,
  type FeedKey,
  type MessagesBulk,
  type Snowflake,
  type SnapshotReason,
  toWireEvents,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import type { Rights } from '../../access/permissions.js';
import type { ChannelRow } from '../../read/channels.query.js';
import type { GuildSubscription } from '../chain/feed-hub.js';
import type { ChannelStartRequest, SnapshotOrTail } from './snapshot-reader.js';
import type { BufferedChange } from '../chain/change-router.js';
import type { Subscriber, SnapshotPage } from './snapshot-then-tail.js';
import { type SocketSubscription, type SocketSubscriptions, releaseAll } from './socket-subscriptions.js';
import { AccessChangedError, retryWhileAccessChanges } from './access-changed-error.js';
import type { SessionServices } from './session-services.js';
import type { SocketWriter } from '../wire/socket-writer.js';

const DEFAULT_LIMIT = 50;

export interface Joined {
  seq: number;
  resumed: boolean;
}

export interface JoinOptions {
  after?: number;
  limit?: number;
}

type Request = Omit<ChannelStartRequest, 'history' | 'viewer'>;

/** A class because a socket holds one per channel: an object with a closure would take twice the memory. */
class ChannelSubscription implements SocketSubscription {
  constructor(
    readonly guildId: Snowflake,
    readonly guild: GuildSubscription,
    private readonly feed: FeedKey,
    private readonly writer: SocketWriter,
  ) {}

  stop(): void {
    this.writer.leaveTopic(this.feed);
  }
}

/** Subscribes a socket to channels. */
export class ChannelJoiner {
  constructor(
    private readonly subscriber: Subscriber,
    private readonly subscriptions: SocketSubscriptions,
    private readonly writer: SocketWriter,
    private readonly services: SessionServices,
  ) {}

  /** @throws AppError; afterwards the socket is not subscribed to the channel, even if it was before */
  async join(
    channelId: Snowflake,
    reason: SnapshotReason,
    { after, limit = DEFAULT_LIMIT }: JoinOptions = {},
  ): Promise<Joined> {
    const before = this.subscriptions.suspend([channelFeed(channelId)]);
    try {
      this.checkCapacity();
      const channel = await this.services.reader.findChannel(channelId);
      const request = { limit, reason, ...(after !== undefined && { after }) };
      return await retryWhileAccessChanges(() => this.subscribe(channel, request));
    } finally {
      releaseAll(before);
    }
  }

  /** Sends a new snapshot, together with the channel's other subscribers. @throws AppError as {@link join} */
  async renew(channelId: Snowflake): Promise<void> {
    const { subscriber, subscriptions, writer } = this;
    await subscriber.writable();
    await this.services.renewals.renew(channelId, { subscriber, subscriptions, writer });
  }

  private async subscribe(channel: ChannelRow, request: Request): Promise<Joined> {
    const { id, guildId } = channel;
    const feed = channelFeed(id);
    let history = false;
    let seq = 0;
    const start = await this.services.snapshotThenTail.run([{ feed, guildId }], this.subscriber, {
      read: async ([guild]) => {
        ({ history } = await this.confirmedRights(guild!, id));
        const viewer = { access: guild!.access, principal: this.subscriber.principal };
        return this.services.reader.readChannel(channel, { ...request, history, viewer });
      },
      visibilityOf: (_change, guild) => this.rights(guild, id).read,
      check: (page, [guild], [kept]) => {
        const now = readable(this.rights(guild!, id));
        if (history && !now.history) throw new AccessChangedError();
        if (kept!.some(hiddenSince(startOf(page, request.after)))) throw new AccessChangedError();
      },
      send: ({ content }) => this.send(content),
      deliver: (change) => toWireEvents(change).forEach((event) => this.writer.send(event)),
      activate: ([guild], [newest]) => {
        seq = newest!;
        this.services.positions.record(feed, seq);
        this.writer.joinTopic(feed);
        this.subscriptions.add(feed, new ChannelSubscription(guildId, guild!, feed, this.writer));
      },
    });
    return { seq, resumed: start.kind === 'resume' };
  }

  /** Catches up before a refusal, because the rights may just have been granted. */
  private async confirmedRights(guild: GuildSubscription, channelId: Snowflake): Promise<Rights> {
    const rights = this.rights(guild, channelId);
    if (rights.read && rights.history) return rights;
    await guild.catchUp();
    return readable(this.rights(guild, channelId));
  }

  private rights(guild: GuildSubscription, channelId: Snowflake): Rights {
    return guild.access.rights(this.subscriber.principal, channelId, wallClockMs());
  }

  private send(start: SnapshotOrTail<MessagesBulk>): void {
    if (start.kind === 'snapshot') this.writer.emit('messages_bulk', start.snapshot);
    else for (const event of start.tail.flatMap(toWireEvents)) this.writer.send(event);
  }

  private checkCapacity(): void {
    const { maxJoins } = this.services;
    if (this.subscriptions.channelCount >= maxJoins) throw new AppError('SOCKET.TOO_MANY_CHANNELS');
  }
}

/** `seq` after which changes are sent: the cursor of a tail, or the head of a snapshot. */
const startOf = (
  { heads, content }: SnapshotPage<SnapshotOrTail<MessagesBulk>>,
  after: number | undefined,
): number => (content.kind === 'resume' ? after! : heads[0]!.feedSeq);

/** Whether the change has to be sent although the subscriber could not see it when it was delivered. */
const hiddenSince =
  (start: number) =>
  ({ change, visibility: wasReadable }: BufferedChange<boolean>): boolean =>
    change.seq > start && !wasReadable;

/** @throws AppError that is the same for hidden and for missing channels */
function readable(rights: Rights): Rights {
  if (!rights.read) throw new AppError('CHANNEL.NOT_FOUND');
  return rights;
}
