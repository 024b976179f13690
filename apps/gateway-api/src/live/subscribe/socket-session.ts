import {
  AppError,
  channelFeed,
  type Lagging,
  type Snowflake,
  type WireChannel,
  type WireHistoryMessage,
} from '@discord-relay/contracts';
import { TaskQueue, wallClockMs } from '@discord-relay/platform';
import type { GuildAccess } from '../../access/guild-access.js';
import type { Principal } from '../../access/principal.js';
import type { PageBounds } from '../../read/messages/message-pages.js';
import { ChannelJoiner, type Joined, type JoinOptions } from './channel-joiner.js';
import type { Subscriber } from './snapshot-then-tail.js';
import { GuildViews } from './guild-views.js';
import { QueueSubscriber } from './queue-subscriber.js';
import {
  type SubscriptionKey,
  idOf,
  isChannel,
  isQueue,
  SocketSubscriptions,
} from './socket-subscriptions.js';
import type { SessionServices } from './session-services.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import { presenceTopic } from '../wire/wire-socket.js';

/** The subscriptions of one socket. Requests are carried out one at a time, in order. */
export class SocketSession implements Subscriber {
  private readonly queue = new TaskQueue();
  private readonly subscriptions = new SocketSubscriptions();
  private readonly joiner: ChannelJoiner;
  /** Most sockets need neither of these two. */
  private existingViews: GuildViews | undefined;
  private existingQueues: QueueSubscriber | undefined;
  /** Guilds in which the user's access has changed; undefined: none. */
  private stale: Set<string> | undefined;
  /** Subscriptions to renew once the socket has caught up; undefined while it is not paused. */
  private paused: SubscriptionKey[] | undefined;

  constructor(
    private currentPrincipal: Principal,
    private readonly writer: SocketWriter,
    private readonly services: SessionServices,
  ) {
    this.joiner = new ChannelJoiner(this, this.subscriptions, writer, services);
  }

  private get views(): GuildViews {
    return (this.existingViews ??= new GuildViews(this, this.subscriptions, this.writer, this.services));
  }

  private get queues(): QueueSubscriber {
    return (this.existingQueues ??= new QueueSubscriber(
      this,
      this.subscriptions,
      this.writer,
      this.services,
    ));
  }

  get principal(): Principal {
    return this.currentPrincipal;
  }

  get pending(): number {
    return this.queue.size;
  }

  get isLagging(): boolean {
    return this.paused !== undefined;
  }

  writable(): Promise<void> {
    return this.writer.writable();
  }

  /** @throws AppError; afterwards the channel is not joined, even if it was before */
  join(channelId: Snowflake, options: JoinOptions): Promise<Joined> {
    return this.queue.run(() => this.joiner.join(channelId, 'joined', options));
  }

  leave(channelId: Snowflake): Promise<void> {
    return this.queue.run(async () => void this.subscriptions.remove(channelFeed(channelId)));
  }

  /** Sends the channels that the user may see, and then their changes. @throws AppError */
  listChannels(): Promise<WireChannel[]> {
    return this.queue.run(() => this.views.subscribeChannelList());
  }

  /** Sends the rooms of a guild, and then their events. @throws AppError */
  subscribeRooms(guildId: Snowflake, after?: number): Promise<Joined> {
    return this.queue.run(() => this.views.subscribeRooms(guildId, 'joined', after));
  }

  unsubscribeRooms(guildId: Snowflake): Promise<void> {
    return this.queue.run(async () => this.views.unsubscribeRooms(guildId));
  }

  /** Sends changes of a guild's support queue from now on. @throws AppError */
  subscribeQueue(guildId: Snowflake): Promise<number> {
    return this.queue.run(() => this.queues.subscribe(guildId));
  }

  unsubscribeQueue(guildId: Snowflake): Promise<void> {
    return this.queue.run(async () => this.queues.unsubscribe(guildId));
  }

  /** @throws AppError */
  history(channelId: Snowflake, bounds: PageBounds, limit: number): Promise<WireHistoryMessage[]> {
    return this.queue.run(async () => {
      await this.writable();
      return this.services.reader.readHistory(this.currentPrincipal, channelId, bounds, limit);
    });
  }

  /** Replaces the principal after a new token of the same user, which may have fewer rights. */
  replacePrincipal(principal: Principal): void {
    this.currentPrincipal = principal;
    for (const { guild } of this.subscriptions.all()) this.accessChanged(guild.access);
  }

  /** Leaves channels that are no longer readable at once, and refreshes the lists of the guild in the background. */
  accessChanged(access: GuildAccess): number {
    const subscribed = this.subscriptions.ofGuild(access.guildId);
    const lost = subscribed.filter((key) => isChannel(key) && !this.mayRead(access, key));
    for (const key of lost) this.drop(key);
    const { guildId } = access;
    if (!access.isInside(this.currentPrincipal)) this.writer.leaveTopic(presenceTopic(guildId));
    if (subscribed.length > lost.length) this.refreshLater(guildId);
    return lost.length;
  }

  /** Changes of the guild were lost: its subscriptions start again with a snapshot. */
  resubscribe(guildId: string): void {
    const keys = this.subscriptions.ofGuild(guildId).filter((key) => !isQueue(key));
    for (const key of keys) this.subscriptions.get(key)?.stop();
    void this.runOrDisconnect(async () => {
      const subscribed = keys.filter((key) => this.subscriptions.get(key));
      for (const key of subscribed.filter(isChannel)) await this.rejoin(idOf(key));
      await this.views.renew(subscribed, 'cursor_too_old');
    });
  }

  /** After a switch of projections: sends the channels again, without a hole or a repetition. */
  renewChannels(): Promise<void> {
    return this.runOrDisconnect(async () => {
      const renewed = this.subscriptions
        .keys(isChannel)
        .map((key) => this.dropOnAccessLoss(key, () => this.joiner.renew(idOf(key))));
      await Promise.all(renewed);
    });
  }

  /** As {@link renewChannels}, for all other subscriptions. */
  renewLists(): Promise<void> {
    return this.runOrDisconnect(() => this.views.renew(this.subscriptions.keys(), 'projection_switched'));
  }

  /** The socket reads too slowly: delivery stops until it has caught up, and the client is sent the cursors to resume from. */
  pauseDelivery(): void {
    const keys = this.subscriptions.keys((key) => !isQueue(key));
    const channels = keys.filter(isChannel).map((key) => this.positionOf(key));
    this.paused = keys.filter((key) => !isChannel(key));
    for (const key of keys.filter(isChannel)) this.subscriptions.remove(key);
    for (const key of this.paused) this.subscriptions.get(key)?.stop();
    this.writer.emit('lagging', { channels });
  }

  /** The socket has caught up: its client joins its channels again; rooms continue where they stopped. */
  resumeDelivery(): void {
    const keys = this.paused ?? [];
    this.paused = undefined;
    this.queues.reload();
    void this.runOrDisconnect(() => this.views.catchUp(keys.filter((key) => this.subscriptions.get(key))));
  }

  /** Sends the positions of rooms that moved, and those that have not been sent for `maxSilentRounds` rounds. */
  sendPositions(maxSilentRounds: number): void {
    for (const { view, guildId } of this.subscriptions.all()) {
      if (view?.kind === 'rooms' && view.isPositionDue(maxSilentRounds))
        this.writer.emit('position', { guildId, seq: view.cursor });
    }
  }

  /** The socket is closed. */
  close(): void {
    this.subscriptions.close();
  }

  private refreshLater(guildId: string): void {
    this.stale = (this.stale ?? new Set()).add(guildId);
    this.services.background.add(this, () => this.refreshViews());
  }

  private async refreshViews(): Promise<void> {
    const guildIds = [...(this.stale ?? [])];
    this.stale = undefined;
    // A lagging socket gets its lists again once it has caught up.
    if (this.isLagging) return;
    await this.runOrDisconnect(async () => {
      for (const guildId of guildIds) await this.views.refresh(guildId);
    });
    for (const guildId of guildIds) this.queues.reload(guildId);
  }

  private async rejoin(channelId: Snowflake): Promise<void> {
    await this.dropOnAccessLoss(channelFeed(channelId), () => this.joiner.join(channelId, 'cursor_too_old'));
  }

  private async dropOnAccessLoss(key: SubscriptionKey, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CHANNEL.NOT_FOUND') throw error;
      this.drop(key);
    }
  }

  private drop(key: SubscriptionKey): void {
    this.subscriptions.remove(key);
    this.writer.emit('unsubscribed', { channelId: idOf(key), code: 'CHANNEL.ACCESS_LOST' });
  }

  private mayRead(access: GuildAccess, key: SubscriptionKey): boolean {
    return access.rights(this.currentPrincipal, idOf(key), wallClockMs()).read;
  }

  private positionOf(key: SubscriptionKey): Lagging['channels'][number] {
    return { channelId: idOf(key), seq: this.services.positions.get(key as `c:${string}`) ?? 0 };
  }

  /** Runs work that no request caused. If it fails, the client must reconnect, because it does not know that something is missing. */
  private async runOrDisconnect(work: () => Promise<void>): Promise<void> {
    try {
      await this.queue.run(work);
    } catch (error) {
      this.writer.disconnectAfter(error);
    }
  }
}
