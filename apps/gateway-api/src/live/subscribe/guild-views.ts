import {
  AppError,
  type Change,
  guildFeed,
  type RoomsList,
  type Snowflake,
  type SnapshotReason,
  type WireChannel,
} from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
import { seesAllChannels } from '../../access/principal.js';
import type { GuildSubscription } from '../chain/feed-hub.js';
import { changesRights, type SnapshotOrTail } from './snapshot-reader.js';
import type { BufferedChange } from '../chain/change-router.js';
import type { Subscriber, SnapshotPage } from './snapshot-then-tail.js';
import { factsFor, GuildView, type ViewKind } from './guild-view.js';
import {
  type SubscriptionKey,
  idOf,
  type SocketSubscription,
  type SocketSubscriptions,
  releaseAll,
  roomsKey,
} from './socket-subscriptions.js';
import { AccessChangedError } from './access-changed-error.js';
import type { SessionServices } from './session-services.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import { presenceTopic } from '../wire/wire-socket.js';
import { wireEventsOf } from '../../read/wire-events-of.js';

const isChannelList = (key: SubscriptionKey): boolean => key.startsWith('g:');
const NOTHING: ReadonlySet<string> = new Set();
const isRooms = (key: SubscriptionKey): boolean => key.startsWith('r:');

/** Subscribes a socket to the channels of its guilds, or to the rooms of one, limited to what the user may see. */
export class GuildViews {
  constructor(
    private readonly subscriber: Subscriber,
    private readonly subscriptions: SocketSubscriptions,
    private readonly writer: SocketWriter,
    private readonly services: SessionServices,
  ) {}

  /** Sends the channels that the user may see, and then their changes. @throws AppError */
  async subscribeChannelList(): Promise<WireChannel[]> {
    const guildIds = await this.services.reader.guildIds(this.subscriber.principal);
    const targets = guildIds.map((guildId) => ({ feed: guildFeed(guildId), guildId }));
    const before = this.subscriptions.suspend(this.subscriptions.keys(isChannelList));
    let views: GuildView[] = [];
    let shown: WireChannel[] = [];
    try {
      await this.services.snapshotThenTail.run(targets, this.subscriber, {
        read: () => this.services.reader.readChannelList(guildIds),
        visibilityOf: (change, guild) => this.visibleChannelsOf('channels', change, guild),
        check: () => undefined,
        send: ({ heads, content }, guilds) => {
          views = guilds.map((guild, i) => this.viewOf('channels', guild, heads[i]!.feedSeq));
          const byGuild = new Map(guildIds.map((id, i) => [id, guilds[i]!]));
          shown = content.filter(({ id, serverId }) => this.sees(byGuild.get(serverId)!, id));
          this.writer.emit('channels_list', shown);
        },
        deliver: (change, i, visibleThen) => this.send(views[i]!, change, visibleThen),
        activate: (guilds) => guilds.forEach((guild, i) => this.activate(views[i]!, guildIds[i]!, guild)),
      });
      return shown;
    } finally {
      releaseAll(before);
    }
  }

  /**
   * Sends the rooms of the guild that the user may see, or the tail after the cursor, and then room events.
   * @throws AppError `GUILD.NOT_FOUND`
   */
  async subscribeRooms(
    guildId: Snowflake,
    reason: SnapshotReason,
    after?: number,
  ): Promise<{ seq: number; resumed: boolean }> {
    const before = this.subscriptions.suspend([roomsKey(guildId)]);
    try {
      return await this.attemptRooms(guildId, reason, after);
    } catch (error) {
      if (!(error instanceof AccessChangedError)) throw error;
      return await this.attemptRooms(guildId, 'access_changed');
    } finally {
      releaseAll(before);
    }
  }

  unsubscribeRooms(guildId: Snowflake): void {
    this.subscriptions.remove(roomsKey(guildId));
  }

  /** @throws AccessChangedError when a change of access prevents a resume from the cursor */
  private async attemptRooms(
    guildId: Snowflake,
    reason: SnapshotReason,
    after?: number,
  ): Promise<{ seq: number; resumed: boolean }> {
    const request = { reason, ...(after !== undefined && { after }) };
    let view!: GuildView;
    const target = { feed: guildFeed(guildId), guildId };
    const start = await this.services.snapshotThenTail.run([target], this.subscriber, {
      read: async ([guild]) => {
        if (reason === 'joined') await this.findGuild(guild!);
        return this.services.reader.readRooms(guildId, request, this.subscriber.principal);
      },
      visibilityOf: (change, guild) => this.visibleChannelsOf('rooms', change, guild),
      check: (page, _guilds, [kept]) => this.checkTail(page, kept!),
      send: ({ heads, content }, [guild]) => {
        const from = content.kind === 'resume' ? after! : heads[0]!.feedSeq;
        view = this.viewOf('rooms', guild!, from);
        this.sendRooms(content, view, guild!);
      },
      deliver: (change, _target, visibleThen) => this.send(view, change, visibleThen),
      activate: ([guild]) => this.activate(view, guildId, guild!),
    });
    return { seq: view.cursor, resumed: start.kind === 'resume' };
  }

  /** Sends the guild's lists again if the visible channels differ from those that the user knows. @throws AppError */
  async refresh(guildId: string): Promise<void> {
    const stale = this.subscriptions
      .entries()
      .filter(([, subscription]) => subscription.guildId === guildId && this.isStale(subscription))
      .map(([key]) => key);
    await this.renew(stale, 'access_changed');
  }

  /** Sends the given lists of guilds again. @throws AppError */
  async renew(keys: readonly SubscriptionKey[], reason: SnapshotReason): Promise<void> {
    for (const key of keys.filter(isRooms)) await this.subscribeRooms(idOf(key), reason);
    if (keys.some(isChannelList)) await this.subscribeChannelList();
  }

  /** Continues the rooms at the subscriber's position; the list of channels is sent again. @throws AppError */
  async catchUp(keys: readonly SubscriptionKey[]): Promise<void> {
    for (const key of keys.filter(isRooms))
      await this.subscribeRooms(idOf(key), 'too_far_behind', this.subscriptions.get(key)?.view?.cursor);
    if (keys.some(isChannelList)) await this.subscribeChannelList();
  }

  private async findGuild(guild: GuildSubscription): Promise<void> {
    const { principal } = this.subscriber;
    if (guild.access.seesGuild(principal)) return;
    // The user may have become a member just now.
    await guild.catchUp();
    if (!guild.access.seesGuild(principal)) throw new AppError('GUILD.NOT_FOUND');
  }

  /** A tail is limited by the rights at its end, so these must not have changed. @throws AccessChangedError */
  private checkTail(
    { heads, content }: SnapshotPage<SnapshotOrTail<RoomsList>>,
    kept: readonly BufferedChange<unknown>[],
  ): void {
    if (content.kind === 'snapshot' || seesAllChannels(this.subscriber.principal)) return;
    const head = heads[0]!.feedSeq;
    if (kept.some(({ change }) => change.seq > head && changesRights(change))) throw new AccessChangedError();
  }

  private sendRooms(start: SnapshotOrTail<RoomsList>, view: GuildView, guild: GuildSubscription): void {
    if (start.kind === 'resume') return start.tail.forEach((change) => this.send(view, change));
    const { rooms, ...rest } = start.snapshot;
    this.writer.emit('rooms_list', {
      ...rest,
      rooms: rooms.filter(({ channelId }) => this.sees(guild, channelId)),
    });
  }

  private viewOf(kind: ViewKind, guild: GuildSubscription, cursor: number): GuildView {
    const { subscriber } = this;
    const mayLearnOf = (channelId: string) =>
      guild.access.mayLearnOf(subscriber.principal, channelId, wallClockMs());
    const view = new GuildView(kind, cursor, mayLearnOf);
    if (!seesAllChannels(subscriber.principal))
      view.setListed(guild.access.visibleChannels(subscriber.principal, wallClockMs()));
    return view;
  }

  private sees(guild: GuildSubscription, channelId: string): boolean {
    return guild.access.rights(this.subscriber.principal, channelId, wallClockMs()).see;
  }

  private isStale({ view, guild }: SocketSubscription): boolean {
    return view?.isStale(guild.access.visibleChannels(this.subscriber.principal, wallClockMs())) ?? false;
  }

  /** The channels of the change that the subscriber may learn about. */
  private visibleChannelsOf(kind: ViewKind, change: Change, guild: GuildSubscription): ReadonlySet<string> {
    if (!wireEventsOf(change)) return NOTHING;
    const ids = factsFor(kind, change).map(({ channelId }) => channelId);
    return new Set(ids.filter((id) => guild.access.mayLearnOf(this.subscriber.principal, id, wallClockMs())));
  }

  private send(view: GuildView, change: Change, visibleThen?: ReadonlySet<string>): void {
    for (const event of view.eventsFor(change, visibleThen)) this.writer.send(event);
  }

  private activate(view: GuildView, guildId: Snowflake, guild: GuildSubscription): void {
    const feed = guildFeed(guildId);
    const key = view.kind === 'rooms' ? roomsKey(guildId) : feed;
    const detach = this.services.router.attach(feed, (change) => this.send(view, change));
    const seesPresence = view.kind === 'channels' && guild.access.isInside(this.subscriber.principal);
    if (seesPresence) this.writer.joinTopic(presenceTopic(guildId));
    const stop = () => {
      detach();
      if (seesPresence) this.writer.leaveTopic(presenceTopic(guildId));
    };
    const subscription = { guildId, guild, view, stop };
    this.subscriptions.add(key, subscription);
    // Access may have changed during the read, when this view was not watched yet.
    if (this.isStale(subscription)) this.subscriber.accessChanged(guild.access);
  }
}
