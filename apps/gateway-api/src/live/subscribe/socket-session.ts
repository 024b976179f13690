import {
  AppError,
  channelFeed,
  type Lagging,
  type Snowflake,
  type WireChannel,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { TaskQueue } from '@discord-relay/platform';
import type { GuildAccess } from '../../access/guild-access.js';
import type { Principal } from '../../access/principal.js';
import type { PageBounds } from '../../read/message-pages.js';
import { ChannelJoining, type Joined, type JoinOptions } from './channel-joining.js';
import type { Follower } from './follow.js';
import { GuildViews } from './guild-views.js';
import { type FollowKey, idOf, isChannel, Memberships } from './memberships.js';
import type { SessionServices } from './session-services.js';
import type { SocketOutlet } from '../wire/socket-outlet.js';
import { presenceRoom } from '../wire/wire-socket.js';

/** What one socket follows. Its requests are carried out one by one, so that they mean what their order says. */
export class SocketSession implements Follower {
  private readonly queue = new TaskQueue();
  private readonly memberships = new Memberships();
  private readonly joining: ChannelJoining;
  private readonly views: GuildViews;
  /** Guilds in which the user may see more or less than before. */
  private readonly stale = new Set<string>();
  /** What is told anew once the socket has caught up; undefined: it has. */
  private paused: FollowKey[] | undefined;

  constructor(
    private who: Principal,
    private readonly outlet: SocketOutlet,
    private readonly services: SessionServices,
  ) {
    this.joining = new ChannelJoining(this, this.memberships, outlet, services);
    this.views = new GuildViews(this, this.memberships, outlet, services);
  }

  get principal(): Principal {
    return this.who;
  }

  /** Requests under way. */
  get pending(): number {
    return this.queue.size;
  }

  get isLagging(): boolean {
    return this.paused !== undefined;
  }

  writable(): Promise<void> {
    return this.outlet.writable();
  }

  /** @throws AppError; then the channel is not joined, also when it was before */
  join(channelId: Snowflake, options: JoinOptions): Promise<Joined> {
    return this.queue.run(() => this.joining.enter(channelId, 'joined', options));
  }

  leave(channelId: Snowflake): Promise<void> {
    return this.queue.run(async () => void this.memberships.quit(channelFeed(channelId)));
  }

  /** Sends the channels the user may see, and from then on their changes. @throws AppError */
  listChannels(): Promise<WireChannel[]> {
    return this.queue.run(() => this.views.list());
  }

  /** Sends the rooms of a guild, and from then on what happens there. @throws AppError */
  subscribeRooms(guildId: Snowflake, after?: number): Promise<Joined> {
    return this.queue.run(() => this.views.enterRooms(guildId, 'joined', after));
  }

  unsubscribeRooms(guildId: Snowflake): Promise<void> {
    return this.queue.run(async () => this.views.leaveRooms(guildId));
  }

  /** @throws AppError */
  history(channelId: Snowflake, bounds: PageBounds, limit: number): Promise<WireHistoryMessage[]> {
    return this.queue.run(async () => {
      await this.writable();
      return this.services.reader.history(this.who, channelId, bounds, limit);
    });
  }

  /** The same user with a newer token, which may allow less. */
  refresh(principal: Principal): void {
    this.who = principal;
    for (const { lease } of this.memberships.all()) this.accessChanged(lease.access);
  }

  /** Leaves what may not be read any more, at once; what else changed is told a little later. */
  accessChanged(access: GuildAccess): number {
    const followed = this.memberships.ofGuild(access.guildId);
    const lost = followed.filter((key) => isChannel(key) && !this.mayRead(access, key));
    for (const key of lost) this.lose(key);
    const { guildId } = access;
    if (!access.isInside(this.who)) this.outlet.exit(presenceRoom(guildId));
    if (followed.length > lost.length) this.refreshLater(guildId);
    return lost.length;
  }

  /** Changes of the guild were lost: what is followed of it starts anew with a snapshot. */
  restart(guildId: string): void {
    const keys = this.memberships.ofGuild(guildId);
    for (const key of keys) this.memberships.get(key)?.stop();
    void this.attempt(async () => {
      const followed = keys.filter((key) => this.memberships.get(key));
      for (const key of followed.filter(isChannel)) await this.startAnew(idOf(key));
      await this.views.renew(followed, 'cursor_too_old');
    });
  }

  /** The read models were switched: channels are sent anew, without a hole or a repetition on the way. */
  renewChannels(): Promise<void> {
    return this.attempt(async () => {
      const renewed = this.memberships
        .keys(isChannel)
        .map((key) => this.orLose(key, () => this.joining.renew(idOf(key))));
      await Promise.all(renewed);
    });
  }

  /** As {@link renewChannels}, what else is followed. */
  renewLists(): Promise<void> {
    return this.attempt(() => this.views.renew(this.memberships.keys(), 'projection_switched'));
  }

  /** The socket does not read: nothing is delivered any more until it has, and it is told from where to go on. */
  lag(): void {
    const keys = this.memberships.keys();
    const channels = keys.filter(isChannel).map((key) => this.placeOf(key));
    this.paused = keys.filter((key) => !isChannel(key));
    for (const key of keys.filter(isChannel)) this.memberships.quit(key);
    for (const key of this.paused) this.memberships.get(key)?.stop();
    this.outlet.emit('lagging', { channels });
  }

  /** It has read everything. Channels are its own to join again; rooms go on where they stopped. */
  caughtUp(): void {
    const keys = this.paused ?? [];
    this.paused = undefined;
    void this.attempt(() => this.views.catchUp(keys.filter((key) => this.memberships.get(key))));
  }

  /** Tells where the rooms stand that moved since, and now and then of those that did not. */
  tellPositions(quietLooks: number): void {
    for (const { view, guildId } of this.memberships.all()) {
      if (view?.kind === 'rooms' && view.isDue(quietLooks))
        this.outlet.emit('position', { guildId, seq: view.cursor });
    }
  }

  /** The socket is gone. */
  close(): void {
    this.memberships.close();
  }

  private refreshLater(guildId: string): void {
    this.stale.add(guildId);
    this.services.later.add(this, () => this.refreshViews());
  }

  private async refreshViews(): Promise<void> {
    const guildIds = [...this.stale];
    this.stale.clear();
    // What a socket that lags follows of guilds is sent anew in any case once it has caught up.
    if (this.isLagging) return;
    await this.attempt(async () => {
      for (const guildId of guildIds) await this.views.refresh(guildId);
    });
  }

  private async startAnew(channelId: Snowflake): Promise<void> {
    await this.orLose(channelFeed(channelId), () => this.joining.enter(channelId, 'cursor_too_old'));
  }

  private async orLose(key: FollowKey, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CHANNEL.NOT_FOUND') throw error;
      this.lose(key);
    }
  }

  private lose(key: FollowKey): void {
    this.memberships.quit(key);
    this.outlet.emit('unsubscribed', { channelId: idOf(key), code: 'CHANNEL.ACCESS_LOST' });
  }

  private mayRead(access: GuildAccess, key: FollowKey): boolean {
    return access.rights(this.who, idOf(key), Date.now()).read;
  }

  private placeOf(key: FollowKey): Lagging['channels'][number] {
    return { channelId: idOf(key), seq: this.services.positions.of(key as `c:${string}`) ?? 0 };
  }

  /** What nobody asked for: when it fails the client has to come back, as it cannot know what it misses. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await this.queue.run(work);
    } catch (error) {
      this.outlet.abandon(error);
    }
  }
}
