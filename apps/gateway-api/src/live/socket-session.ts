import {
  AppError,
  channelFeed,
  type FeedKey,
  guildFeed,
  type Snowflake,
  type SnapshotReason,
  toWireEvents,
  type WireChannel,
} from '@discord-relay/contracts';
import type { Principal } from '../access/principal.js';
import type { ChannelRow } from '../read/channels.query.js';
import type { GuildLease } from './feed-hub.js';
import type { Entrance, EntranceRequest, FeedReader } from './feed-reader.js';
import type { FollowOptions, Following } from './follow.js';
import { SerialQueue } from './serial-queue.js';
import type { SocketOutlet } from './socket-outlet.js';

const DEFAULT_LIMIT = 50;

interface Membership {
  guildId: string;
  lease: GuildLease;
}

/** What a session works with, shared by all. */
export interface SessionServices {
  reader: FeedReader;
  following: Following;
  maxJoins: number;
}

export interface Joined {
  seq: number;
  resumed: boolean;
}

/** What one socket follows. Its requests are carried out one by one, so that they mean what their order says. */
export class SocketSession {
  private readonly queue = new SerialQueue();
  private readonly memberships = new Map<FeedKey, Membership>();
  private closed = false;

  constructor(
    readonly principal: Principal,
    private readonly outlet: SocketOutlet,
    private readonly services: SessionServices,
  ) {}

  /** Requests under way. */
  get pending(): number {
    return this.queue.size;
  }

  /** @throws AppError; then the channel is not joined, also when it was before */
  join(channelId: Snowflake, request: { after?: number; limit?: number }): Promise<Joined> {
    return this.queue.run(() => this.enter(channelId, 'joined', request));
  }

  leave(channelId: Snowflake): Promise<void> {
    return this.queue.run(async () => this.quit(channelFeed(channelId)));
  }

  /** Sends the channels the user may see, and from then on their changes. @throws AppError */
  listChannels(): Promise<WireChannel[]> {
    return this.queue.run(() => this.list());
  }

  /**
   * Changes of the guild were lost: what is followed of it starts anew with a snapshot.
   * @throws AppError when it cannot: then nothing of it is followed and the client has to be told
   */
  async restart(guildId: string): Promise<void> {
    const feeds = [...this.memberships].filter(([, { guildId: of }]) => of === guildId).map(([feed]) => feed);
    this.outlet.exit(feeds);
    await Promise.all(feeds.map((feed) => this.queue.run(() => this.startAnew(feed))));
  }

  /**
   * The read models were switched: all that is followed is sent anew, without a hole or a repetition on the way.
   * @throws AppError when it cannot: then the client has to be told
   */
  renew(): Promise<void> {
    return this.queue.run(async () => {
      const feeds = [...this.memberships.keys()];
      for (const feed of feeds) if (feed.startsWith('c:')) await this.renewChannel(feed);
      if (feeds.some((feed) => feed.startsWith('g:'))) await this.list();
    });
  }

  /** The socket is gone. */
  close(): void {
    this.closed = true;
    for (const { lease } of this.memberships.values()) lease.release();
    this.memberships.clear();
  }

  private async startAnew(feed: FeedKey): Promise<void> {
    // It may have been left while this waited for its turn.
    if (!this.memberships.has(feed)) return;
    if (feed.startsWith('g:')) await this.list();
    else await this.enter(feed.slice(2) as Snowflake, 'cursor_too_old', {});
  }

  private async enter(
    channelId: Snowflake,
    reason: SnapshotReason,
    { after, limit = DEFAULT_LIMIT }: { after?: number; limit?: number },
  ): Promise<Joined> {
    const feed = channelFeed(channelId);
    const before = this.suspend([feed]);
    try {
      this.checkRoom();
      const channel = await this.services.reader.channel(this.principal, channelId);
      return await this.follow(channel, { limit, reason, ...(after !== undefined && { after }) });
    } finally {
      for (const { lease } of before) lease.release();
    }
  }

  private async renewChannel(feed: FeedKey): Promise<void> {
    const channel = await this.services.reader.channel(this.principal, feed.slice(2));
    const request: EntranceRequest = { limit: DEFAULT_LIMIT, reason: 'projection_switched' };
    // From here to where `follow` begins to keep changes nothing is awaited.
    const before = this.suspend([feed]);
    try {
      await this.follow(channel, request, { continuing: true });
    } finally {
      for (const { lease } of before) lease.release();
    }
  }

  private async follow(
    channel: ChannelRow,
    request: EntranceRequest,
    options: FollowOptions = {},
  ): Promise<Joined> {
    const feed = channelFeed(channel.id);
    const { content, seqs, leases } = await this.services.following.follow(
      [{ feed, guildId: channel.guildId }],
      this.outlet,
      () => this.services.reader.entrance(channel, request),
      (entrance) => this.send(entrance),
      options,
    );
    this.hold(feed, { guildId: channel.guildId, lease: leases[0]! });
    return { seq: seqs[0]!, resumed: content.kind === 'resume' };
  }

  private async list(): Promise<WireChannel[]> {
    const guildIds = await this.services.reader.guildIds(this.principal);
    const before = this.suspend([...this.memberships.keys()].filter((feed) => feed.startsWith('g:')));
    try {
      const targets = guildIds.map((guildId) => ({ feed: guildFeed(guildId), guildId }));
      const { content, leases } = await this.services.following.follow(
        targets,
        this.outlet,
        () => this.services.reader.channelList(guildIds),
        (channels) => this.outlet.emit('channels_list', channels),
      );
      targets.forEach(({ feed, guildId }, i) => this.hold(feed, { guildId, lease: leases[i]! }));
      return content;
    } finally {
      for (const { lease } of before) lease.release();
    }
  }

  private send(entrance: Entrance): void {
    if (entrance.kind === 'snapshot') this.outlet.emit('messages_bulk', entrance.bulk);
    else for (const event of entrance.tail.flatMap(toWireEvents)) this.outlet.send(event);
  }

  /** Stops delivery of the feeds. Their leases are kept until the caller has new ones: the guild stays followed. */
  private suspend(feeds: FeedKey[]): Membership[] {
    this.outlet.exit(feeds);
    return feeds.flatMap((feed) => {
      const membership = this.memberships.get(feed);
      this.memberships.delete(feed);
      return membership ? [membership] : [];
    });
  }

  private quit(feed: FeedKey): void {
    for (const { lease } of this.suspend([feed])) lease.release();
  }

  private hold(feed: FeedKey, membership: Membership): void {
    if (this.closed) membership.lease.release();
    else this.memberships.set(feed, membership);
  }

  private checkRoom(): void {
    const joined = [...this.memberships.keys()].filter((feed) => feed.startsWith('c:')).length;
    if (joined >= this.services.maxJoins) throw new AppError('SOCKET.TOO_MANY_CHANNELS');
  }
}
