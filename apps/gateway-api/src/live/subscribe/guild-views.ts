import {
  AppError,
  type Change,
  guildFeed,
  type RoomsList,
  type Snowflake,
  type SnapshotReason,
  type WireChannel,
} from '@discord-relay/contracts';
import { isStaff } from '../../access/principal.js';
import type { GuildLease } from '../chain/feed-hub.js';
import { changesRights, type Entrance } from './feed-reader.js';
import type { Witnessed } from '../chain/feed-rooms.js';
import type { Follower, FollowPage } from './follow.js';
import { factsFor, GuildView, type ViewKind } from './guild-view.js';
import { type FollowKey, idOf, type Membership, type Memberships, release, roomsOf } from './memberships.js';
import { RightsMoved } from './rights-moved.js';
import type { SessionServices } from './session-services.js';
import type { SocketOutlet } from '../wire/socket-outlet.js';
import { presenceRoom } from '../wire/wire-socket.js';
import { wireEventsOf } from '../../read/wire-events-of.js';

const isChannelList = (key: FollowKey): boolean => key.startsWith('g:');
const NOTHING: ReadonlySet<string> = new Set();
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
        witness: (change, lease) => this.hearable('channels', change, lease),
        check: () => undefined,
        send: ({ heads, content }, leases) => {
          views = leases.map((lease, i) => this.viewOf('channels', lease, heads[i]!.feedSeq));
          const byGuild = new Map(guildIds.map((id, i) => [id, leases[i]!]));
          shown = content.filter(({ id, serverId }) => this.sees(byGuild.get(serverId)!, id));
          this.outlet.emit('channels_list', shown);
        },
        deliver: (change, i, told) => this.send(views[i]!, change, told),
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
    const before = this.memberships.suspend([roomsOf(guildId)]);
    try {
      return await this.followRooms(guildId, reason, after);
    } catch (error) {
      if (!(error instanceof RightsMoved)) throw error;
      return await this.followRooms(guildId, 'access_changed');
    } finally {
      release(before);
    }
  }

  leaveRooms(guildId: Snowflake): void {
    this.memberships.quit(roomsOf(guildId));
  }

  /** @throws RightsMoved when the cursor cannot be gone on from because of that */
  private async followRooms(
    guildId: Snowflake,
    reason: SnapshotReason,
    after?: number,
  ): Promise<{ seq: number; resumed: boolean }> {
    const request = { reason, ...(after !== undefined && { after }) };
    let view!: GuildView;
    const target = { feed: guildFeed(guildId), guildId };
    const entrance = await this.services.following.follow([target], this.follower, {
      read: async ([lease]) => {
        if (reason === 'joined') await this.findGuild(lease!);
        return this.services.reader.enterRooms(guildId, request, this.follower.principal);
      },
      witness: (change, lease) => this.hearable('rooms', change, lease),
      check: (page, _leases, [kept]) => this.checkTail(page, kept!),
      send: ({ heads, content }, [lease]) => {
        const from = content.kind === 'resume' ? after! : heads[0]!.feedSeq;
        view = this.viewOf('rooms', lease!, from);
        this.sendRooms(content, view, lease!);
      },
      deliver: (change, _target, told) => this.send(view, change, told),
      enter: ([lease]) => this.hold(view, guildId, lease!),
    });
    return { seq: view.cursor, resumed: entrance.kind === 'resume' };
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

  /** A tail is told under the rights of its end, so these must not have moved. @throws RightsMoved */
  private checkTail(
    { heads, content }: FollowPage<Entrance<RoomsList>>,
    kept: readonly Witnessed<unknown>[],
  ): void {
    if (content.kind === 'snapshot' || isStaff(this.follower.principal)) return;
    const head = heads[0]!.feedSeq;
    if (kept.some(({ change }) => change.seq > head && changesRights(change))) throw new RightsMoved();
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

  /** Of which channels the follower may hear what the change tells of them. */
  private hearable(kind: ViewKind, change: Change, lease: GuildLease): ReadonlySet<string> {
    if (!wireEventsOf(change)) return NOTHING;
    const ids = factsFor(kind, change).map(({ channelId }) => channelId);
    return new Set(ids.filter((id) => lease.access.tells(this.follower.principal, id, Date.now())));
  }

  private send(view: GuildView, change: Change, told?: ReadonlySet<string>): void {
    for (const event of view.take(change, told)) this.outlet.send(event);
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
    const membership = { guildId, lease, view, stop };
    this.memberships.hold(key, membership);
    // What moved while the list was on its way was noticed by nobody.
    if (this.isStale(membership)) this.follower.accessChanged(lease.access);
  }
}
