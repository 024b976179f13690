import {
  AppError,
  channelFeed,
  type FeedKey,
  type MessagesBulk,
  type Snowflake,
  type SnapshotReason,
  toWireEvents,
} from '@discord-relay/contracts';
import type { Rights } from '../../access/permissions.js';
import type { ChannelRow } from '../../read/channels.query.js';
import type { GuildLease } from '../chain/feed-hub.js';
import type { ChannelRequest, Entrance } from './feed-reader.js';
import type { Witnessed } from '../chain/feed-rooms.js';
import type { Follower, FollowPage } from './follow.js';
import { type Memberships, release } from './memberships.js';
import { RightsMoved, whileRightsMove } from './rights-moved.js';
import type { SessionServices } from './session-services.js';
import type { SocketOutlet } from '../wire/socket-outlet.js';

const DEFAULT_LIMIT = 50;

export interface Joined {
  seq: number;
  resumed: boolean;
}

export interface JoinOptions {
  after?: number;
  limit?: number;
}

type Request = Omit<ChannelRequest, 'history' | 'look'>;

/** How a socket comes to follow a channel. */
export class ChannelJoining {
  constructor(
    private readonly follower: Follower,
    private readonly memberships: Memberships,
    private readonly outlet: SocketOutlet,
    private readonly services: SessionServices,
  ) {}

  /** @throws AppError; then the channel is not followed, also when it was before */
  async enter(
    channelId: Snowflake,
    reason: SnapshotReason,
    { after, limit = DEFAULT_LIMIT }: JoinOptions = {},
  ): Promise<Joined> {
    const before = this.memberships.suspend([channelFeed(channelId)]);
    try {
      this.checkRoom();
      const channel = await this.services.reader.channel(channelId);
      const request = { limit, reason, ...(after !== undefined && { after }) };
      return await whileRightsMove(() => this.follow(channel, request));
    } finally {
      release(before);
    }
  }

  /** Sends all of it anew, together with the others who follow it. @throws AppError as {@link enter} */
  async renew(channelId: Snowflake): Promise<void> {
    const { follower, memberships, outlet } = this;
    await follower.writable();
    await this.services.renewals.renew(channelId, { follower, memberships, outlet });
  }

  private async follow(channel: ChannelRow, request: Request): Promise<Joined> {
    const { id, guildId } = channel;
    const feed = channelFeed(id);
    let history = false;
    let seq = 0;
    const entrance = await this.services.following.follow([{ feed, guildId }], this.follower, {
      read: async ([lease]) => {
        ({ history } = await this.rightsOnceKnown(lease!, id));
        const look = { access: lease!.access, principal: this.follower.principal };
        return this.services.reader.enterChannel(channel, { ...request, history, look });
      },
      witness: (_change, lease) => this.rights(lease, id).read,
      check: (page, [lease], [kept]) => {
        const now = readable(this.rights(lease!, id));
        if (history && !now.history) throw new RightsMoved();
        if (kept!.some(hiddenSince(startOf(page, request.after)))) throw new RightsMoved();
      },
      send: ({ content }) => this.send(content),
      deliver: (change) => toWireEvents(change).forEach((event) => this.outlet.send(event)),
      enter: ([lease], [newest]) => {
        seq = newest!;
        this.services.positions.note(feed, seq);
        this.outlet.enter(feed);
        this.memberships.hold(feed, { guildId, lease: lease!, stop: this.leaving(feed) });
      },
    });
    return { seq, resumed: entrance.kind === 'resume' };
  }

  /** Apart, so that it keeps alive the name of the feed alone and nothing of how it was entered. */
  private leaving(feed: FeedKey): () => void {
    return () => this.outlet.exit(feed);
  }

  /** Before somebody is refused, what they may have been given a moment ago is waited for. */
  private async rightsOnceKnown(lease: GuildLease, channelId: Snowflake): Promise<Rights> {
    const rights = this.rights(lease, channelId);
    if (rights.read && rights.history) return rights;
    await lease.drain();
    return readable(this.rights(lease, channelId));
  }

  private rights(lease: GuildLease, channelId: Snowflake): Rights {
    return lease.access.rights(this.follower.principal, channelId, Date.now());
  }

  private send(entrance: Entrance<MessagesBulk>): void {
    if (entrance.kind === 'snapshot') this.outlet.emit('messages_bulk', entrance.snapshot);
    else for (const event of entrance.tail.flatMap(toWireEvents)) this.outlet.send(event);
  }

  private checkRoom(): void {
    const { maxJoins } = this.services;
    if (this.memberships.channelCount >= maxJoins) throw new AppError('SOCKET.TOO_MANY_CHANNELS');
  }
}

/** `seq` after which changes are sent: what the content holds no state of, or of which it is the tail. */
const startOf = (
  { heads, content }: FollowPage<Entrance<MessagesBulk>>,
  after: number | undefined,
): number => (content.kind === 'resume' ? after! : heads[0]!.feedSeq);

/** Whether the change is one to be sent, and was hidden from the follower when it came. */
const hiddenSince =
  (start: number) =>
  ({ change, mark: wasReadable }: Witnessed<boolean>): boolean =>
    change.seq > start && !wasReadable;

/** @throws AppError that does not say whether the channel exists */
function readable(rights: Rights): Rights {
  if (!rights.read) throw new AppError('CHANNEL.NOT_FOUND');
  return rights;
}
