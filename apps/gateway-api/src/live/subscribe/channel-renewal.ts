import { type Change, channelFeed, type MessagesBulk, toWireEvents } from '@discord-relay/contracts';
import { wallClockMs } from '@discord-relay/platform';
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

/** A subscriber of a channel that needs a new snapshot, and whose send buffer has capacity. */
export interface RenewalMember {
  subscriber: Subscriber;
  subscriptions: SocketSubscriptions;
  writer: SocketWriter;
}

/** A member that waits for the snapshot, and the subscription to restore afterwards. */
interface PendingMember {
  member: RenewalMember;
  subscription: SocketSubscription;
}

/**
 * Sends a new snapshot of a channel to all of its subscribers. It is read once, and encoded once for all members that may
 * read history. Until then the members are in a separate topic, so that a socket that joins in the meantime gets nothing
 * twice.
 */
export class ChannelRenewal implements SubscribeSteps<
  SnapshotOrTail<MessagesBulk>,
  ReadonlySet<PendingMember>
> {
  readonly continuesTail = true;
  private pending: PendingMember[] = [];
  /** Pending members that may read the channel but not its history, and those that may not read it at all. */
  private withoutHistory: PendingMember[] = [];
  private refused: PendingMember[] = [];

  constructor(
    private readonly services: RenewalServices,
    private readonly channel: ChannelRow,
    private readonly topic: SocketTopic,
  ) {}

  /** Returns the members that lost access. @throws AppError; afterwards no member is subscribed */
  async run(members: readonly RenewalMember[]): Promise<ReadonlySet<RenewalMember>> {
    const { id, guildId } = this.channel;
    const feed = channelFeed(id);
    // No await between here and the point where `run` starts to buffer changes.
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

  /** Catches up before a refusal, because the rights may just have been granted. */
  async read([guild]: readonly GuildSubscription[]): Promise<SnapshotPage<SnapshotOrTail<MessagesBulk>>> {
    await Promise.all(this.pending.map(({ subscription }) => subscription.guild.ready()));
    if (!this.pending.every((each) => this.rightsOf(each).history)) await guild!.catchUp();
    const request = { limit: PAGE, reason: 'projection_switched', history: true } as const;
    return this.services.reader.readChannel(this.channel, request);
  }

  /** The members from whom the change is hidden. */
  visibilityOf(): ReadonlySet<PendingMember> {
    return new Set(this.pending.filter((each) => !this.rightsOf(each).read));
  }

  /** A member that could not see a change made during the read loses access, as it would have with a live subscription. */
  check(
    _page: unknown,
    _guilds: unknown,
    [kept]: readonly (readonly BufferedChange<ReadonlySet<PendingMember>>[])[],
  ): void {
    const rights = new Map(this.pending.map((each) => [each, this.rightsOf(each)]));
    const keptOut = new Set(kept!.flatMap(({ visibility }) => [...visibility]));
    const mayRead = (each: PendingMember) => rights.get(each)!.read && !keptOut.has(each);
    this.refused = this.pending.filter((each) => !mayRead(each));
    this.withoutHistory = this.pending.filter((each) => mayRead(each) && !rights.get(each)!.history);
    for (const { member } of [...this.refused, ...this.withoutHistory]) member.writer.leaveTopic(this.topic);
  }

  send({ content }: SnapshotPage<SnapshotOrTail<MessagesBulk>>): void {
    if (content.kind === 'resume') throw new Error('a tail was read where a snapshot was requested');
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
    return subscription.guild.access.rights(member.subscriber.principal, this.channel.id, wallClockMs());
  }
}

/** Each member waits for its own buffer, and its rights are watched by its own subscription. */
const delegateOf = ({ member }: PendingMember): Subscriber => ({
  principal: member.subscriber.principal,
  accessChanged: () => 0,
  writable: () => Promise.resolve(),
});

const leave = (pending: readonly PendingMember[]): void =>
  releaseAll(pending.map(({ subscription }) => subscription));
