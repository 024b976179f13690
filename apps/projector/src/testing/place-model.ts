import type { ChangeKind, MemberRange, RelayEvent } from '@discord-relay/contracts';
import { line } from './model-line.js';

interface Place {
  /** Whether an event described it. */
  described: boolean;
  parent: string | null;
  archived: boolean | null;
  userLimit: number | null;
  status: string | null;
  lastPin: string | null;
  deleted: boolean;
}

interface Person {
  roles: string[] | null;
  joined: string | null;
  timedOut: string | null;
  left: string | null;
}

const NOTHING: Place = {
  described: false,
  parent: null,
  archived: null,
  userLimit: null,
  status: null,
  lastPin: null,
  deleted: false,
};

const NOBODY: Person = { roles: null, joined: null, timedOut: null, left: null };
const in28Days = (at: string) => new Date(Date.parse(at) + 28 * 86_400_000).toISOString();

/** Whether a membership with this join time is older than the newest known one. */
function isOver(old: Person, joined: string | null, type: string): boolean {
  if (old.left !== null && old.joined === null && joined !== null && type === 'member.joined')
    return new Date(joined) <= new Date(Date.parse(old.left) - 600_000);
  const newest = old.joined ?? old.left;
  if (old.left !== null) return joined === null || joined <= newest!;
  return type === 'member.joined' && joined !== null && old.joined !== null && joined < old.joined;
}

/** Keeps only keys that have a value. */
const said = <T extends object>(fields: T) =>
  JSON.parse(JSON.stringify(fields)) as { [K in keyof T]: Exclude<T[K], undefined> };

/** An event is announced as the first of these kinds that applies. */
const KINDS: ChangeKind[] = [
  'channel_update',
  'guild_listed',
  'voice_joined',
  'voice_moved',
  'voice_left',
  'access',
];

/** The public thread: its members do not matter for access. */
const PUBLIC_THREAD = '400';

/** A reference model of one guild and its members: slow and simple. */
export class PlaceModel {
  private readonly left = new Map<string, boolean>();
  private owner: string | null = null;
  private readonly places = new Map<string, Place>();
  private readonly inThread = new Set<string>();
  private readonly roles = new Map<string, { permissions: string | null; deleted: boolean }>();
  private readonly people = new Map<string, Person>();
  private readonly inside = new Map<string, { room: string; since: string }>();
  private readonly announced = new Set<ChangeKind>();

  constructor(private readonly changes: string[]) {}

  rows(): Record<string, string[]> {
    return {
      guilds: [...this.left].map(([id, left]) => line(id, left, this.owner)),
      channels: [...this.places].map(([id, p]) =>
        line(id, p.described, p.archived, p.userLimit, p.status, p.lastPin, p.deleted),
      ),
      thread_members: [...this.inThread],
      roles: [...this.roles].map(([id, { permissions, deleted }]) => line(id, permissions, deleted)),
      members: [...this.people].map(([id, p]) => line(id, p.roles, p.joined, p.timedOut, p.left)),
      voice_states: [...this.inside].map(([id, { room, since }]) => line(id, room, since)),
    };
  }

  apply(event: RelayEvent, seq: number): void {
    this.announced.clear();
    this.applyToChannel(event);
    this.applyToThread(event);
    this.applyToRole(event);
    this.applyToMember(event);
    this.applyToVoice(event);
    const kind = KINDS.find((each) => this.announced.has(each));
    if (kind) this.changes.push(line(kind, seq));
  }

  private applyToChannel(event: RelayEvent): void {
    switch (event.type) {
      case 'guild.synced': {
        const { id, ownerId, channelIds } = event.data;
        const owner = ownerId === undefined ? this.owner : ownerId;
        if (this.left.get(id) !== false || this.owner !== owner) this.announced.add('access');
        this.left.set(id, false);
        this.owner = owner;
        if (channelIds) this.removeUnlisted(channelIds);
        if (channelIds && !event.data.threadsUnknown) this.archiveUnlisted(null, channelIds);
        return;
      }
      case 'guild.left':
        if (this.left.get(event.data.id) !== true) this.announced.add('access');
        this.left.set(event.data.id, true);
        return;
      case 'channel.synced':
        return this.describe(event.data.id, {}, true);
      case 'room.updated':
        return this.describe(event.data.id, said({ userLimit: event.data.userLimit }), false);
      case 'thread.synced':
      case 'thread.updated': {
        const { id, parentId, archived } = event.data;
        const old = this.places.get(id);
        const parent = parentId ?? old?.parent ?? null;
        const news = { parent, archived: archived ?? old?.archived ?? false };
        return this.describe(id, news, event.type === 'thread.synced');
      }
      case 'channel.deleted':
      case 'thread.deleted':
        if (this.remove(event.data.id)) this.announced.add('channel_update');
        return;
      case 'channel.pins_updated':
        return this.patch(event.data.channelId, { lastPin: event.data.lastPinAt });
      case 'room.status_updated':
        return this.patch(event.data.id, { status: event.data.status });
      default:
        return;
    }
  }

  private describe(id: string, news: Partial<Place>, synced: boolean): void {
    const old = this.places.get(id);
    if (old?.deleted && !synced) return;
    const next = { ...NOTHING, ...old, ...news, described: true, deleted: false };
    if (old && JSON.stringify(old) === JSON.stringify(next)) return;
    this.places.set(id, next);
    this.announced.add('channel_update');
  }

  private patch(id: string, news: Partial<Place>): void {
    const old = this.places.get(id) ?? NOTHING;
    if (!old.deleted) this.places.set(id, { ...old, ...news });
  }

  /** Returns whether the change is announced to the users who could see the channel. */
  private remove(id: string): boolean {
    const old = this.places.get(id) ?? NOTHING;
    if (old.deleted) return false;
    this.places.set(id, { ...old, deleted: true });
    this.announced.add('access');
    for (const each of this.inThread) if (each.startsWith(`${id} `)) this.inThread.delete(each);
    return old.described;
  }

  private removeUnlisted(listed: string[]): void {
    const gone = [...this.places].filter(
      ([id, { described, archived, parent }]) =>
        described &&
        !listed.includes(id) &&
        !(archived !== null && parent !== null && listed.includes(parent)),
    );
    const visiblyGone = gone.map(([id]) => this.remove(id)).filter(Boolean);
    if (visiblyGone.length > 0) this.announced.add('guild_listed');
  }

  private archiveUnlisted(parents: string[] | null, active: string[]): void {
    for (const [id, { parent, archived, deleted }] of [...this.places]) {
      const isMeant = parents === null || parents.includes(parent ?? '');
      if (!isMeant || archived !== false || deleted || active.includes(id)) continue;
      this.patch(id, { archived: true });
      this.announced.add('guild_listed');
    }
  }

  private applyToThread(event: RelayEvent): void {
    if (event.type === 'thread.list_synced')
      return this.archiveUnlisted(event.data.channelIds, event.data.threadIds);
    if (event.type !== 'thread.members_updated') return;
    const { threadId, added, removed } = event.data;
    const thread = this.places.get(threadId);
    if (thread?.deleted) return;
    if (!thread?.described || (threadId as string) !== PUBLIC_THREAD) this.announced.add('access');
    if (!thread) this.places.set(threadId, NOTHING);
    for (const userId of added) this.inThread.add(line(threadId, userId));
    for (const userId of removed) this.inThread.delete(line(threadId, userId));
  }

  private applyToRole(event: RelayEvent): void {
    const remove = (id: string) => {
      if (this.roles.get(id)?.deleted === false) this.announced.add('access');
      this.roles.set(id, { permissions: this.roles.get(id)?.permissions ?? null, deleted: true });
    };
    if (event.type === 'role.deleted') remove(event.data.id);
    if (event.type === 'guild.synced' && event.data.roleIds) {
      const { roleIds } = event.data;
      for (const id of this.roles.keys()) if (!(roleIds as string[]).includes(id)) remove(id);
    }
    if (event.type !== 'role.synced' && event.type !== 'role.updated') return;
    const { id, permissions } = event.data;
    const old = this.roles.get(id);
    if (old?.deleted && event.type === 'role.updated') return;
    const now = permissions ?? old?.permissions ?? null;
    if (old?.deleted !== false || old.permissions !== now) this.announced.add('access');
    this.roles.set(id, { permissions: now, deleted: false });
  }

  private applyToMember(event: RelayEvent): void {
    if (event.type === 'member.left') {
      const { id } = event.data.user;
      const joined = this.people.get(id)?.joined ?? null;
      if (!this.people.get(id)?.left)
        this.person(id, { roles: [], joined, timedOut: null, left: event.time });
      return;
    }
    if (event.type === 'member.range_listed') return this.leaveUnlisted(event.data, event.time);
    if (event.type !== 'member.joined' && event.type !== 'member.updated' && event.type !== 'member.synced')
      return;
    const { user, roleIds: roles, joinedAt: joined, timedOutUntil: timedOut } = event.data;
    const old = this.people.get(user.id);
    if (old && event.type !== 'member.synced' && isOver(old, joined ?? null, event.type)) return;
    const before = old?.left === null ? old : { ...NOBODY, timedOut: in28Days(event.time) };
    this.person(user.id, { ...before, ...said({ roles, joined, timedOut }), left: null });
  }

  private leaveUnlisted({ afterId, upToId, userIds }: MemberRange, left: string): void {
    for (const [id, { joined, left: before }] of this.people) {
      const isInRange = BigInt(id) > BigInt(afterId) && BigInt(id) <= BigInt(upToId);
      if (!isInRange || before !== null || (userIds as string[]).includes(id)) continue;
      this.person(id, { roles: [], joined, timedOut: null, left });
    }
  }

  private person(id: string, next: Person): void {
    const deciding = (person?: Person) => person && line(person.roles, person.timedOut, person.left !== null);
    if (deciding(this.people.get(id)) !== deciding(next)) this.announced.add('access');
    this.people.set(id, next);
    if (next.left === null) return;
    for (const each of this.inThread) if (each.endsWith(` ${id}`)) this.inThread.delete(each);
  }

  private applyToVoice(event: RelayEvent): void {
    if (event.type === 'guild.left') this.empty([]);
    if (event.type === 'guild.synced' && event.data.voiceUserIds) this.empty(event.data.voiceUserIds);
    if (event.type === 'voice.left' && this.inside.delete(event.data.userId))
      this.announced.add('voice_left');
    if (event.type !== 'voice.joined' && event.type !== 'voice.moved' && event.type !== 'voice.updated')
      return;
    const { userId, channelId: room } = event.data;
    const old = this.inside.get(userId);
    if (old?.room === room) return;
    this.announced.add(old ? 'voice_moved' : 'voice_joined');
    this.inside.set(userId, { room, since: event.time });
  }

  private empty(except: string[]): void {
    for (const id of this.inside.keys())
      if (!except.includes(id)) {
        this.inside.delete(id);
        this.announced.add('guild_listed');
      }
  }
}
