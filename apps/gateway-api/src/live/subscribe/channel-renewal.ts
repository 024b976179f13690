import { type Change, channelFeed, type MessagesBulk, toWireEvents } from '@discord-relay/contracts';
import type { Rights } from '../../access/permissions.js';
import type { ChannelRow } from '../../read/channels.query.js';
import type { GuildSubscription } from '../chain/feed-hub.js';
import type { SnapshotOrTail, SnapshotReader } from './snapshot-reader.js';
import type { BufferedChange } from '../chain/change-router.js';
import type { SubscribeSteps, Subscriber, SnapshotThenTail, SnapshotPage } from './snapshot-then-tail.js';
import { type SocketSubscription, type SocketSubscriptions, releaseAll } from './socket-subscriptions.js';
import type { PositionBroadcast } from './position-broadcast.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import type { TopicBroadcaster, SocketTopic } from '../wire/wire-socket.js';

const PAGE = 50;

export interface RenewalServices {
  reader: SnapshotReader;
  snapshotThenTail: SnapshotThenTail;
  positions: PositionBroadcast;
  broadcaster: TopicBroadcaster;
}

/** One who follows a channel that is sent anew, and can take it: what was sent before is on its way. */
export interface RenewalMember {
  subscriber: Subscriber;
  subscriptions: SocketSubscriptions;
  writer: SocketWriter;
}

/** One who waits for the channel, with what lets them follow it again. */
interface PendingMember {
  member: RenewalMember;
  subscription: SocketSubscription;
}

/**
 * Sends a channel anew to all who follow it: read once, and encoded once but for those who may not look back. Until then
 * they are in a topic of their own, so that whoever joins meanwhile hears nothing twice.
 */
export class ChannelRenewal implements SubscribeSteps<
  SnapshotOrTail<MessagesBulk>,
  ReadonlySet<PendingMember>
> {
  readonly continuesTail = true;
  private pending: PendingMember[] = [];
  /** Of them, in the end: those who may not look back, and those who may not read. */
  private withoutHistory: PendingMember[] = [];
  private refused: PendingMember[] = [];

  constructor(
    private readonly services: RenewalServices,
    private readonly channel: ChannelRow,
    private readonly topic: SocketTopic,
  ) {}

  /** Returns those who may not read it any more. @throws AppError; then nobody follows it */
  async run(members: readonly RenewalMember[]): Promise<ReadonlySet<RenewalMember>> {
    const { id, guildId } = this.channel;
    const feed = channelFeed(id);
    // From here to where `follow` begins to keep changes nothing is awaited.
    this.pending = members.flatMap((member) =>
      member.subscriptions.suspend([feed]).map((subscription) => ({ member, subscription })),
    );
    if (this.pending.length === 0) return new Set();
    for (const { member } of this.pending) member.writer.joinTopic(this.topic);
    try {
      await this.services.snapshotThenTail.run([{ feed, guildId }], delegateOf(this.pending[0]!), this);
    } catch (error) {
      leave(this.pending);
      throw error;
    } finally {
      for (const { member } of this.pending) member.writer.leaveTopic(this.topic);
    }
    return new Set(this.refused.map(({ member }) => member));
  }

  /** Before somebody is refused, what they may have been given a moment ago is waited for. */
  async read([guild]: readonly GuildSubscription[]): Promise<SnapshotPage<SnapshotOrTail<MessagesBulk>>> {
    await Promise.all(this.pending.map(({ subscription }) => subscription.guild.ready()));
    if (!this.pending.every((each) => this.rightsOf(each).history)) await guild!.catchUp();
    const request = { limit: PAGE, reason: 'projection_switched', history: true } as const;
    return this.services.reader.readChannel(this.channel, request);
  }

  /** Those from whom the change is hidden. */
  visibilityOf(): ReadonlySet<PendingMember> {
    return new Set(this.pending.filter((each) => !this.rightsOf(each).read));
  }

  /** Whoever could not read something that was said meanwhile is out, as they would be had they been in. */
  check(
    _page: unknown,
    _guilds: unknown,
    [kept]: readonly (readonly BufferedChange<ReadonlySet<PendingMember>>[])[],
  ): void {
    const rights = new Map(this.pending.map((each) => [each, this.rightsOf(each)]));
    const keptOut = new Set(kept!.flatMap(({ visibility }) => [...mark]));
    const mayRead = (each: PendingMember) => rights.get(each)!.read && !keptOut.has(each);
    this.refused = this.pending.filter((each) => !mayRead(each));
    this.withoutHistory = this.pending.filter((each) => mayRead(each) && !rights.get(each)!.history);
    for (const { member } of [...this.refused, ...this.withoutHistory]) member.writer.leaveTopic(this.topic);
  }

  send({ content }: SnapshotPage<SnapshotOrTail<MessagesBulk>>): void {
    if (content.kind === 'resume') throw new Error('a tail was read where a snapshot was asked for');
    this.services.broadcaster.send(this.topic, 'messages_bulk', content.snapshot);
    for (const { member } of this.withoutHistory)
      member.writer.emit('messages_bulk', { ...content.snapshot, messages: [] });
  }

  deliver(change: Change): void {
    for (const event of toWireEvents(change)) {
      this.services.broadcaster.emit(this.topic, event);
      for (const { member } of this.withoutHistory) member.writer.send(event);
    }
  }

  activate([guild]: readonly GuildSubscription[], [newest]: readonly number[]): void {
    const feed = channelFeed(this.channel.id);
    guild!.release();
    leave(this.refused);
    this.services.positions.record(feed, newest!);
    for (const { member, subscription } of this.pending.filter((each) => !this.refused.includes(each))) {
      member.writer.joinTopic(feed);
      member.subscriptions.add(feed, subscription);
    }
  }

  private rightsOf({ member, subscription }: PendingMember): Rights {
    return subscription.guild.access.rights(member.subscriber.principal, this.channel.id, Date.now());
  }
}

/** Each is waited for, and has their rights watched, by themselves. */
const delegateOf = ({ member }: PendingMember): Subscriber => ({
  principal: member.subscriber.principal,
  accessChanged: () => 0,
  writable: () => Promise.resolve(),
});

const leave = (pending: readonly PendingMember[]): void =>
  releaseAll(pending.map(({ subscription }) => subscription));
