import { type Change, channelFeed, type MessagesBulk, toWireEvents } from '@discord-relay/contracts';
import type { Rights } from '../../access/permissions.js';
import type { ChannelRow } from '../../read/channels.query.js';
import type { GuildLease } from '../chain/feed-hub.js';
import type { Entrance, FeedReader } from './feed-reader.js';
import type { Witnessed } from '../chain/feed-rooms.js';
import type { Entering, Follower, Following, FollowPage } from './follow.js';
import { type Membership, type Memberships, release } from './memberships.js';
import type { Positions } from './positions.js';
import type { SocketOutlet } from '../wire/socket-outlet.js';
import type { RoomVoice, SocketRoom } from '../wire/wire-socket.js';

const PAGE = 50;

export interface RenewalServices {
  reader: FeedReader;
  following: Following;
  positions: Positions;
  voice: RoomVoice;
}

/** One who follows a channel that is sent anew, and can take it: what was sent before is on its way. */
export interface Renewing {
  follower: Follower;
  memberships: Memberships;
  outlet: SocketOutlet;
}

/** One who waits for the channel, with what lets them follow it again. */
interface Waiting {
  member: Renewing;
  membership: Membership;
}

/**
 * Sends a channel anew to all who follow it: read once, and encoded once but for those who may not look back. Until then
 * they are in a room of their own, so that whoever joins meanwhile hears nothing twice.
 */
export class ChannelRenewal implements Entering<Entrance<MessagesBulk>, ReadonlySet<Waiting>> {
  readonly continuing = true;
  private waiting: Waiting[] = [];
  /** Of them, in the end: those who may not look back, and those who may not read. */
  private blind: Waiting[] = [];
  private refused: Waiting[] = [];

  constructor(
    private readonly services: RenewalServices,
    private readonly channel: ChannelRow,
    private readonly room: SocketRoom,
  ) {}

  /** Returns those who may not read it any more. @throws AppError; then nobody follows it */
  async run(members: readonly Renewing[]): Promise<ReadonlySet<Renewing>> {
    const { id, guildId } = this.channel;
    const feed = channelFeed(id);
    // From here to where `follow` begins to keep changes nothing is awaited.
    this.waiting = members.flatMap((member) =>
      member.memberships.suspend([feed]).map((membership) => ({ member, membership })),
    );
    if (this.waiting.length === 0) return new Set();
    for (const { member } of this.waiting) member.outlet.enter(this.room);
    try {
      await this.services.following.follow([{ feed, guildId }], delegateOf(this.waiting[0]!), this);
    } catch (error) {
      leave(this.waiting);
      throw error;
    } finally {
      for (const { member } of this.waiting) member.outlet.exit(this.room);
    }
    return new Set(this.refused.map(({ member }) => member));
  }

  /** Before somebody is refused, what they may have been given a moment ago is waited for. */
  async read([lease]: readonly GuildLease[]): Promise<FollowPage<Entrance<MessagesBulk>>> {
    await Promise.all(this.waiting.map(({ membership }) => membership.lease.ready()));
    if (!this.waiting.every((each) => this.rightsOf(each).history)) await lease!.drain();
    const request = { limit: PAGE, reason: 'projection_switched', history: true } as const;
    return this.services.reader.enterChannel(this.channel, request);
  }

  /** Those from whom the change is hidden. */
  witness(): ReadonlySet<Waiting> {
    return new Set(this.waiting.filter((each) => !this.rightsOf(each).read));
  }

  /** Whoever could not read something that was said meanwhile is out, as they would be had they been in. */
  check(
    _page: unknown,
    _leases: unknown,
    [kept]: readonly (readonly Witnessed<ReadonlySet<Waiting>>[])[],
  ): void {
    const rights = new Map(this.waiting.map((each) => [each, this.rightsOf(each)]));
    const keptOut = new Set(kept!.flatMap(({ mark }) => [...mark]));
    const mayRead = (each: Waiting) => rights.get(each)!.read && !keptOut.has(each);
    this.refused = this.waiting.filter((each) => !mayRead(each));
    this.blind = this.waiting.filter((each) => mayRead(each) && !rights.get(each)!.history);
    for (const { member } of [...this.refused, ...this.blind]) member.outlet.exit(this.room);
  }

  send({ content }: FollowPage<Entrance<MessagesBulk>>): void {
    if (content.kind === 'resume') throw new Error('a tail was read where a snapshot was asked for');
    this.services.voice.tell(this.room, 'messages_bulk', content.snapshot);
    for (const { member } of this.blind)
      member.outlet.emit('messages_bulk', { ...content.snapshot, messages: [] });
  }

  deliver(change: Change): void {
    for (const event of toWireEvents(change)) {
      this.services.voice.emit(this.room, event);
      for (const { member } of this.blind) member.outlet.send(event);
    }
  }

  enter([lease]: readonly GuildLease[], [newest]: readonly number[]): void {
    const feed = channelFeed(this.channel.id);
    lease!.release();
    leave(this.refused);
    this.services.positions.note(feed, newest!);
    for (const { member, membership } of this.waiting.filter((each) => !this.refused.includes(each))) {
      member.outlet.enter(feed);
      member.memberships.hold(feed, membership);
    }
  }

  private rightsOf({ member, membership }: Waiting): Rights {
    return membership.lease.access.rights(member.follower.principal, this.channel.id, Date.now());
  }
}

/** Each is waited for, and has their rights watched, by themselves. */
const delegateOf = ({ member }: Waiting): Follower => ({
  principal: member.follower.principal,
  accessChanged: () => 0,
  writable: () => Promise.resolve(),
});

const leave = (waiting: readonly Waiting[]): void => release(waiting.map(({ membership }) => membership));
