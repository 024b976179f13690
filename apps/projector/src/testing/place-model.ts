import type { RelayEvent } from '@discord-relay/contracts';
import { line } from './model-line.js';

interface Place {
  /** Whether an event said what it is. */
  described: boolean;
  parent: string | null;
  archived: boolean | null;
  userLimit: number | null;
  status: string | null;
  lastPin: string | null;
  deleted: boolean;
}

interface Person {
  roles: string[];
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

/** One guild and who is in it, the slow and obvious way. */
export class PlaceModel {
  private readonly left = new Map<string, boolean>();
  private readonly places = new Map<string, Place>();
  private readonly inThread = new Set<string>();
  private readonly roles = new Map<string, { permissions: string | null; deleted: boolean }>();
  private readonly people = new Map<string, Person>();
  private readonly inside = new Map<string, { room: string; since: string }>();

  constructor(private readonly changes: string[]) {}

  rows(): Record<string, string[]> {
    return {
      guilds: [...this.left].map((row) => line(...row)),
      channels: [...this.places].map(([id, p]) =>
        line(id, p.described, p.archived, p.userLimit, p.status, p.lastPin, p.deleted),
      ),
      thread_members: [...this.inThread],
      roles: [...this.roles].map(([id, { permissions, deleted }]) => line(id, permissions, deleted)),
      members: [...this.people].map(([id, p]) => line(id, p.roles, p.joined, p.timedOut, p.left)),
      voice_states: [...this.inside].map(([id, { room, since }]) => line(id, room, since)),
    };
  }

  take(event: RelayEvent, seq: number): void {
    this.takePlace(event, seq);
    this.takeThread(event);
    this.takeRole(event);
    this.takeMember(event);
    this.takeVoice(event);
  }

  private takePlace(event: RelayEvent, seq: number): void {
    switch (event.type) {
      case 'guild.synced':
        this.left.set(event.data.id, false);
        this.removeUnlisted(event.data.channelIds, seq);
        return this.archiveUnlisted(null, event.data.channelIds);
      case 'guild.left':
        this.left.set(event.data.id, true);
        return;
      case 'channel.synced':
        return this.describe(event.data.id, {}, true, seq);
      case 'room.updated':
        return this.describe(event.data.id, { userLimit: event.data.userLimit }, false, seq);
      case 'thread.synced':
      case 'thread.updated': {
        const { id, parentId, archived } = event.data;
        return this.describe(id, { parent: parentId, archived }, event.type === 'thread.synced', seq);
      }
      case 'channel.deleted':
      case 'thread.deleted':
        if (this.remove(event.data.id)) this.changes.push(line('channel_update', seq));
        return;
      case 'channel.pins_updated':
        return this.patch(event.data.channelId, { lastPin: event.data.lastPinAt });
      case 'room.status_updated':
        return this.patch(event.data.id, { status: event.data.status });
      default:
        return;
    }
  }

  private describe(id: string, news: Partial<Place>, synced: boolean, seq: number): void {
    const old = this.places.get(id);
    if (old?.deleted && !synced) return;
    const next = { ...NOTHING, ...old, ...news, described: true, deleted: false };
    if (old && JSON.stringify(old) === JSON.stringify(next)) return;
    this.places.set(id, next);
    this.changes.push(line('channel_update', seq));
  }

  private patch(id: string, news: Partial<Place>): void {
    const old = this.places.get(id) ?? NOTHING;
    if (!old.deleted) this.places.set(id, { ...old, ...news });
  }

  /** Returns whether someone who knew of it is told. */
  private remove(id: string): boolean {
    const old = this.places.get(id) ?? NOTHING;
    if (old.deleted) return false;
    this.places.set(id, { ...old, deleted: true });
    for (const each of this.inThread) if (each.startsWith(`${id} `)) this.inThread.delete(each);
    return old.described;
  }

  private removeUnlisted(listed: string[], seq: number): void {
    const gone = [...this.places].filter(
      ([id, { archived, parent }]) =>
        !listed.includes(id) && !(archived !== null && parent !== null && listed.includes(parent)),
    );
    const told = gone.map(([id]) => this.remove(id)).filter(Boolean);
    if (told.length > 0) this.changes.push(line('guild_listed', seq));
  }

  private archiveUnlisted(parents: string[] | null, active: string[]): void {
    for (const [id, { parent, archived, deleted }] of [...this.places]) {
      const isMeant = parents === null || parents.includes(parent ?? '');
      if (isMeant && archived === false && !deleted && !active.includes(id))
        this.patch(id, { archived: true });
    }
  }

  private takeThread(event: RelayEvent): void {
    if (event.type === 'thread.list_synced')
      return this.archiveUnlisted(event.data.channelIds, event.data.threadIds);
    if (event.type !== 'thread.members_updated') return;
    const { threadId, added, removed } = event.data;
    if (this.places.get(threadId)?.deleted) return;
    for (const userId of added) this.inThread.add(line(threadId, userId));
    for (const userId of removed) this.inThread.delete(line(threadId, userId));
  }

  private takeRole(event: RelayEvent): void {
    const remove = (id: string) => {
      this.roles.set(id, { permissions: this.roles.get(id)?.permissions ?? null, deleted: true });
    };
    if (event.type === 'role.deleted') remove(event.data.id);
    if (event.type === 'guild.synced' && event.data.roleIds) {
      const { roleIds } = event.data;
      for (const id of this.roles.keys()) if (!(roleIds as string[]).includes(id)) remove(id);
    }
    if (event.type !== 'role.synced' && event.type !== 'role.updated') return;
    const { id, permissions } = event.data;
    if (this.roles.get(id)?.deleted && event.type === 'role.updated') return;
    this.roles.set(id, { permissions, deleted: false });
  }

  private takeMember(event: RelayEvent): void {
    if (event.type === 'member.left') {
      const { id } = event.data.user;
      const joined = this.people.get(id)?.joined ?? null;
      if (!this.people.get(id)?.left)
        this.people.set(id, { roles: [], joined, timedOut: null, left: event.time });
      return;
    }
    if (event.type !== 'member.joined' && event.type !== 'member.updated' && event.type !== 'member.synced')
      return;
    const { user, roleIds, joinedAt, timedOutUntil } = event.data;
    const old = this.people.get(user.id);
    if (old?.left && old.joined === joinedAt && event.type !== 'member.synced') return;
    this.people.set(user.id, { roles: roleIds, joined: joinedAt, timedOut: timedOutUntil, left: null });
  }

  private takeVoice(event: RelayEvent): void {
    if (event.type === 'guild.left') this.inside.clear();
    if (event.type === 'guild.synced' && event.data.voiceUserIds) {
      const { voiceUserIds } = event.data;
      for (const id of this.inside.keys())
        if (!(voiceUserIds as string[]).includes(id)) this.inside.delete(id);
    }
    if (event.type === 'voice.left') this.inside.delete(event.data.userId);
    if (event.type !== 'voice.joined' && event.type !== 'voice.moved' && event.type !== 'voice.updated')
      return;
    const { userId, channelId: room } = event.data;
    if (this.inside.get(userId)?.room !== room) this.inside.set(userId, { room, since: event.time });
  }
}
