import {
  AppError,
  type Change,
  guildFeed,
  type RoomsList,
  type Snowflake,
  type SnapshotReason,
  type WireChannel,
} from '@discord-relay/contracts';
import { isStaff } from '../access/principal.js';
import type { GuildLease } from './feed-hub.js';
import type { Entrance } from './feed-reader.js';
import type { Follower } from './follow.js';
import { GuildView, type ViewKind } from './guild-view.js';
import { type FollowKey, idOf, type Membership, type Memberships, release, roomsOf } from './memberships.js';
import type { SessionServices } from './session-services.js';
import type { SocketOutlet } from './socket-outlet.js';
import { presenceRoom } from './presence-room.js';

const isChannelList = (key: FollowKey): boolean => key.startsWith('g:');
const isRooms = (key: FollowKey): boolean => key.startsWith('r:');

/** How a socket comes to follow the channels of its guilds, or the rooms of one, and sees of them what it may. */
export class GuildViews {
  constructor(
    private readonly follower: Follower,
    private readonly memberships: Memberships,
    private readonly outlet: SocketOutlet,
    private readonly services: SessionServices,
  ) {}

  /** Sends the channels the user may see, and from then on their changes. @throws AppError */
  async list(): Promise<WireChannel[]> {
    const guildIds = await this.services.reader.guildIds(this.follower.principal);
    const targets = guildIds.map((guildId) => ({ feed: guildFeed(guildId), guildId }));
    const before = this.memberships.suspend(this.memberships.keys(isChannelList));
    let views: GuildView[] = [];
    let shown: WireChannel[] = [];
    try {
      await this.services.following.follow(targets, this.follower, {
        read: () => this.services.reader.channelList(guildIds),
        check: () => undefined,
        send: ({ heads, content }, leases) => {
          views = leases.map((lease, i) => this.viewOf('channels', lease, heads[i]!.feedSeq));
          const byGuild = new Map(guildIds.map((id, i) => [id, leases[i]!]));
          shown = content.filter(({ id, serverId }) => this.sees(byGuild.get(serverId)!, id));
          this.outlet.emit('channels_list', shown);
        },
        deliver: (change, i) => this.send(views[i]!, change),
        enter: (leases) => leases.forEach((lease, i) => this.hold(views[i]!, guildIds[i]!, lease)),
      });
      return shown;
    } finally {
      release(before);
    }
  }

  /**
   * Sends the rooms of the guild that the user may see, or what came after the cursor, and from then on what happens.
   * @throws AppError `GUILD.NOT_FOUND`
   */
  async enterRooms(
    guildId: Snowflake,
    reason: SnapshotReason,
    after?: number,
  ): Promise<{ seq: number; resumed: boolean }> {
    const request = { reason, ...(after !== undefined && { after }) };
    const before = this.memberships.suspend([roomsOf(guildId)]);
    let view!: GuildView;
    try {
      const target = { feed: guildFeed(guildId), guildId };
      const entrance = await this.services.following.follow([target], this.follower, {
        read: async ([lease]) => {
          if (reason === 'joined') await this.findGuild(lease!);
          return this.services.reader.enterRooms(guildId, request, this.follower.principal);
        },
        check: () => undefined,
        send: ({ heads, content }, [lease]) => {
          const from = content.kind === 'resume' ? after! : heads[0]!.feedSeq;
          view = this.viewOf('rooms', lease!, from);
          this.sendRooms(content, view, lease!);
        },
        deliver: (change) => this.send(view, change),
        enter: ([lease]) => this.hold(view, guildId, lease!),
      });
      return { seq: view.cursor, resumed: entrance.kind === 'resume' };
    } finally {
      release(before);
    }
  }

  leaveRooms(guildId: Snowflake): void {
    this.memberships.quit(roomsOf(guildId));
  }

  /** Sends what is followed of it anew where the user may see more or less than they were told of. @throws AppError */
  async refresh(guildId: string): Promise<void> {
    const stale = this.memberships
      .entries()
      .filter(([, membership]) => membership.guildId === guildId && this.isStale(membership))
      .map(([key]) => key);
    await this.renew(stale, 'access_changed');
  }

  /** Sends those that are lists of a guild anew. @throws AppError */
  async renew(keys: readonly FollowKey[], reason: SnapshotReason): Promise<void> {
    for (const key of keys.filter(isRooms)) await this.enterRooms(idOf(key), reason);
    if (keys.some(isChannelList)) await this.list();
  }

  /** Goes on where the follower stands in the rooms of its guilds; its list of channels is sent anew. @throws AppError */
  async catchUp(keys: readonly FollowKey[]): Promise<void> {
    for (const key of keys.filter(isRooms))
      await this.enterRooms(idOf(key), 'too_far_behind', this.memberships.get(key)?.view?.cursor);
    if (keys.some(isChannelList)) await this.list();
  }

  private async findGuild(lease: GuildLease): Promise<void> {
    const { principal } = this.follower;
    if (lease.access.seesGuild(principal)) return;
    // They may have been let in a moment ago.
    await lease.drain();
    if (!lease.access.seesGuild(principal)) throw new AppError('GUILD.NOT_FOUND');
  }

  private sendRooms(entrance: Entrance<RoomsList>, view: GuildView, lease: GuildLease): void {
    if (entrance.kind === 'resume') return entrance.tail.forEach((change) => this.send(view, change));
    const { rooms, ...rest } = entrance.snapshot;
    this.outlet.emit('rooms_list', {
      ...rest,
      rooms: rooms.filter(({ channelId }) => this.sees(lease, channelId)),
    });
  }

  private viewOf(kind: ViewKind, lease: GuildLease, cursor: number): GuildView {
    const { follower } = this;
    const tells = (channelId: string) => lease.access.tells(follower.principal, channelId, Date.now());
    const view = new GuildView(kind, cursor, tells);
    if (!isStaff(follower.principal))
      view.listing(lease.access.visibleChannels(follower.principal, Date.now()));
    return view;
  }

  private sees(lease: GuildLease, channelId: string): boolean {
    return lease.access.rights(this.follower.principal, channelId, Date.now()).see;
  }

  private isStale({ view, lease }: Membership): boolean {
    return view?.isStale(lease.access.visibleChannels(this.follower.principal, Date.now())) ?? false;
  }

  private send(view: GuildView, change: Change): void {
    for (const event of view.take(change)) this.outlet.send(event);
  }

  private hold(view: GuildView, guildId: Snowflake, lease: GuildLease): void {
    const feed = guildFeed(guildId);
    const key = view.kind === 'rooms' ? roomsOf(guildId) : feed;
    const detach = this.services.rooms.attach(feed, (change) => this.send(view, change));
    const seesPresence = view.kind === 'channels' && lease.access.isInside(this.follower.principal);
    if (seesPresence) this.outlet.enter(presenceRoom(guildId));
    const stop = () => {
      detach();
      if (seesPresence) this.outlet.exit(presenceRoom(guildId));
    };
    this.memberships.hold(key, { guildId, lease, view, stop });
  }
}
