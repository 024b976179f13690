import type { Scheduler } from 'fast-check';
import { type Change, channelFeed, type FeedKey, guildFeed, type WireEvent } from '@discord-relay/contracts';
import { CoalescingQueue } from '@discord-relay/platform';
import { GuildAccess } from '../access/guild-access.js';
import { VIEW_CHANNEL } from '../access/permissions.js';
import { rightsUnchangedSince } from '../access/rights-trail.js';
import { FeedHub } from '../live/chain/feed-hub.js';
import { changesRights, type SnapshotReader } from '../live/subscribe/snapshot-reader.js';
import { ChangeRouter } from '../live/chain/change-router.js';
import { SnapshotThenTail } from '../live/subscribe/snapshot-then-tail.js';
import { ChannelRenewals } from '../live/subscribe/channel-renewals.js';
import type { PositionBroadcast } from '../live/subscribe/position-broadcast.js';
import { tailAfter } from '../read/resume.js';
import type { SessionServices } from '../live/subscribe/session-services.js';
import type { SocketWriter } from '../live/wire/socket-writer.js';
import { SocketSession } from '../live/subscribe/socket-session.js';
import { Bus } from './bus.js';
import { DENIED, GuildModel, ROOM, type Step, TEXT, typeOf, USER } from './guild-model.js';
import { GUILD, Rows } from './rows.js';

/** What one client received, in order. */
export class Inbox {
  readonly events: { event: string; payload: Record<string, unknown> }[] = [];
  abandoned: unknown;

  of(...names: string[]): Record<string, unknown>[] {
    return this.events.filter(({ event }) => names.includes(event)).map(({ payload }) => payload);
  }
}

/** Live delivery over rows in memory; the scheduler controls every wait. */
export class LiveModel {
  readonly guild = new GuildModel();
  readonly rows = new Rows();
  readonly bus = new Bus();
  readonly hub: FeedHub;
  private readonly topics = new Map<string, Set<Inbox>>();
  private readonly sessions: SocketSession[] = [];
  private readonly services: SessionServices;

  /** `history`: whether everyone may read the history. */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly history: boolean,
  ) {
    const router = new ChangeRouter((topic, event) => this.emit(topic, event), failOn);
    const sink = {
      deliver: (change: Change) => router.deliver(change),
      changesLost: failOn,
      revoked: () => undefined,
    };
    const ignore = () => undefined;
    const observer = { hole: ignore, caughtUp: ignore, failed: fail, uncommitted: ignore };
    this.hub = new FeedHub(this.bus, this.source(), sink, observer);
    const snapshotThenTail = new SnapshotThenTail(this.hub, router);
    const positions = { record: ignore, get: () => 0 } as unknown as PositionBroadcast;
    const reader = this.reader();
    const broadcaster = {
      emit: (topic: string, event: WireEvent) => this.emit(topic, event),
      send: (topic: string, event: string, payload: unknown) =>
        this.emit(topic, { event, payload } as unknown as WireEvent),
    };
    const renewals = new ChannelRenewals({
      reader,
      snapshotThenTail: snapshotThenTail,
      positions,
      broadcaster: broadcaster,
    });
    this.services = {
      reader,
      snapshotThenTail: snapshotThenTail,
      renewals,
      router: router,
      hub: this.hub,
      queue: { subscribe: () => Promise.reject(new Error('this model has no support queue')) },
      positions,
      background: new CoalescingQueue(4),
      maxJoins: 100,
    };
  }

  commit(step: Step): Change {
    const change = this.guild.add(step);
    this.rows.commit(change);
    return change;
  }

  connect(): { session: SocketSession; inbox: Inbox } {
    const inbox = new Inbox();
    const who = { id: USER, role: 'viewer' as const, expiresAtMs: Infinity };
    const session = new SocketSession(who, this.outletOf(inbox), this.services);
    this.sessions.push(session);
    return { session, inbox };
  }

  /** Switches to another projection with the same rows. */
  async switch(): Promise<void> {
    this.hub.switchProjection();
    await Promise.all(this.sessions.map((session) => session.renewChannels()));
    await Promise.all(this.sessions.map((session) => session.renewLists()));
  }

  private source() {
    const { rows } = this;
    return {
      readHead: () => this.later(() => rows.head),
      readTail: (_guildId: string, seq: number, limit: number) =>
        this.scheduled().then(() => this.scheduler.schedule(rows.readTail(seq, limit))),
      loadAccess: () => this.later(() => this.accessNow()),
      loadMember: (access: GuildAccess) => this.later(() => access.putMember(MEMBER, rows.head)),
    };
  }

  private accessNow(): GuildAccess {
    const { head } = this.rows;
    const permissions = String(VIEW_CHANNEL | CONNECTING | (this.history ? LOOKING_BACK : 0n));
    const channels = [TEXT, ROOM].map((id) => ({
      ...{ id, type: typeOf(id), parentId: null, deleted: false },
      overwrites: this.guild.isOpen(id, head) ? [] : DENIED,
    }));
    const facts = { id: GUILD, present: true, ownerId: null, seq: head, channels, members: [MEMBER] };
    return new GuildAccess({ ...facts, roles: [{ id: GUILD, permissions }] }, new Set());
  }

  private reader(): SnapshotReader {
    const reader: Pick<SnapshotReader, 'findChannel' | 'readChannel' | 'readRooms'> = {
      findChannel: (id) => this.later(() => ({ id, guildId: GUILD, ...CHANNEL_ROW }) as never),
      readChannel: ({ id }, { after, reason, history }) =>
        this.later(() => {
          const feed = channelFeed(id);
          const trail = { from: 0, head: this.rows.feedHead(guildFeed(GUILD)), steps: this.stepsAfter(0) };
          const tail = this.tailOf(feed, after);
          const since = rightsUnchangedSince(trail, USER, { id, parentId: null });
          const moved = tail.length > 0 && since > tail[0]!.seq;
          const messages = history ? this.tailOf(feed, 0).map(({ body }) => body) : [];
          const why = moved ? 'access_changed' : history ? reason : 'history_forbidden';
          const snapshot = {
            channelId: id,
            serverId: GUILD,
            messages,
            seq: this.rows.feedHead(feed),
            reason: why,
          };
          return this.page(feed, after === undefined || moved || !history, snapshot as never, after);
        }),
      readRooms: (_guildId, { after, reason }) =>
        this.later(() => {
          const feed = guildFeed(GUILD);
          const moved = this.tailOf(feed, after).some(changesRights);
          const room = { channelId: ROOM, members: this.guild.inside(this.rows.head) };
          const snapshot = { guildId: GUILD, rooms: [room], seq: this.rows.feedHead(feed), reason };
          return this.page(feed, after === undefined || moved, snapshot as never, after);
        }),
    };
    return reader as SnapshotReader;
  }

  private page<S>(feed: FeedKey, anew: boolean, snapshot: S, after = 0) {
    const heads = [{ feedSeq: this.rows.feedHead(feed), guildSeq: this.rows.head }];
    const tail = tailAfter(after, this.tailOf(feed, after));
    const content = anew ? { kind: 'snapshot' as const, snapshot } : { kind: 'resume' as const, tail };
    return { heads, content };
  }

  private tailOf(feed: FeedKey, after = 0): Change[] {
    return this.rows.committed.filter((change) => change.feed === feed && change.seq > after);
  }

  private stepsAfter(after: number) {
    return this.tailOf(guildFeed(GUILD), after).map(({ seq, prev, kind, body }) => ({
      ...{ seq, prev },
      access: kind === 'access' ? body.access : null,
    }));
  }

  private outletOf(inbox: Inbox): SocketWriter {
    const send = (event: string, payload: unknown) =>
      inbox.events.push({ event, payload: payload as Record<string, unknown> });
    const outlet: Record<keyof SocketWriter, unknown> = {
      writable: () => this.scheduled(),
      send: ({ event, payload }: WireEvent) => send(event, payload),
      emit: send,
      joinTopic: (topic: string) => this.topics.set(topic, (this.topics.get(topic) ?? new Set()).add(inbox)),
      leaveTopic: (topic: string) => this.topics.get(topic)?.delete(inbox),
      disconnectAfter: (error: unknown) => (inbox.abandoned = error),
    };
    return outlet as SocketWriter;
  }

  private emit(topic: string, { event, payload }: WireEvent): boolean {
    for (const inbox of this.topics.get(topic) ?? []) inbox.events.push({ event, payload: payload as never });
    return true;
  }

  private later<T>(read: () => T): Promise<T> {
    return this.scheduled().then(() => this.scheduler.schedule(Promise.resolve().then(read)));
  }

  private scheduled(): Promise<void> {
    return this.scheduler.schedule(Promise.resolve());
  }
}

const CONNECTING = 1n << 20n;
const LOOKING_BACK = 1n << 16n;
const MEMBER = { userId: USER, roleIds: [], timedOutUntilMs: 0, left: false, guest: false, threadIds: [] };
const CHANNEL_ROW = { name: 'a', type: 0, parentId: null };

function failOn(what: unknown): never {
  throw new Error(`not expected: ${JSON.stringify(what)}`);
}

function fail(_guildId: string, error: unknown): never {
  throw error;
}
