import type { AccessChange, ChangeBody, ChannelChangeBody } from '@discord-relay/contracts';
import type { Database } from '../store/index.js';
import { line } from './model-line.js';
import { type Rows, sorted } from './projection-model.js';

const PRIVATE_THREAD = 12;

/** The state of a client that received every change and read no rows. */
class AnnouncedModel {
  private readonly rules = new Map<string, string>();
  private readonly channels = new Map<string, string>();
  private readonly inThread = new Set<string>();
  private readonly inside = new Map<string, string>();

  apply(change: ChangeBody): void {
    for (const access of 'access' in change.body ? (change.body.access ?? []) : []) this.decide(access);
    switch (change.kind) {
      case 'channel_update':
        return this.describe(change.body);
      case 'guild_listed':
        change.body.channels.forEach((channel) => this.describe(channel));
        return change.body.left.forEach((left) => this.leave(left.userId, left.fromChannelId));
      case 'voice_joined':
        return this.enter(change.body.userId, change.body.channelId, null);
      case 'voice_moved':
        return this.enter(change.body.userId, change.body.channelId, change.body.fromChannelId);
      case 'voice_left':
        return this.leave(change.body.userId, change.body.fromChannelId);
      default:
        return;
    }
  }

  rows(): Rows {
    return sorted({
      rules: [...this.rules].map((rule) => line(...rule)),
      channels: [...this.channels].map((channel) => line(...channel)),
      inThread: [...this.inThread],
      inside: [...this.inside].map((place) => line(...place)),
    });
  }

  private decide(access: AccessChange): void {
    switch (access.of) {
      case 'guild':
        this.rules.set('guild', line(access.ownerId, access.left));
        return;
      case 'role':
        if (access.permissions === null) this.rules.delete(access.roleId);
        else this.rules.set(access.roleId, access.permissions);
        return;
      case 'member':
        this.rules.set(access.userId, line(access.roleIds, access.timedOutUntil, access.left));
        if (access.left) this.dropFrom((each) => each.endsWith(` ${access.userId}`));
        return;
      case 'channel':
        this.rules.set(access.channelId, line(access.type, access.parentId));
        if (access.deleted) this.rules.delete(access.channelId);
        if (access.deleted || access.type !== PRIVATE_THREAD) this.empty(access.channelId);
        return;
      case 'thread_members':
        for (const userId of access.added) this.inThread.add(line(access.threadId, userId));
        for (const userId of access.removed) this.inThread.delete(line(access.threadId, userId));
        return;
      default:
        return access satisfies never;
    }
  }

  /** A thread's members go with the thread; members of public threads do not matter. */
  private empty(threadId: string): void {
    this.dropFrom((each) => each.startsWith(`${threadId} `));
  }

  private dropFrom(isMeant: (each: string) => boolean): void {
    for (const each of this.inThread) if (isMeant(each)) this.inThread.delete(each);
  }

  private describe({ id, name, deleted, parentId, archived, room }: ChannelChangeBody): void {
    if (room && !deleted && room.created !== !this.channels.has(id)) throw new Error(`${id} is not new`);
    if (deleted) this.channels.delete(id);
    else this.channels.set(id, line(name, parentId ?? null, archived ?? null, room?.userLimit ?? null));
  }

  private enter(userId: string, room: string, from: string | null): void {
    if ((this.inside.get(userId) ?? null) !== from) throw new Error(`${userId} was not in ${from}`);
    this.inside.set(userId, room);
  }

  private leave(userId: string, from: string | null): void {
    if (this.inside.get(userId) !== from) throw new Error(`${userId} was not in ${from}`);
    this.inside.delete(userId);
  }
}

const SELECTS: Record<string, string> = {
  rules: `
    SELECT 'guild' AS id, concat_ws(' ', coalesce(owner_id::text, 'null'), (left_at IS NOT NULL)::text) FROM guilds
    UNION ALL SELECT id::text, coalesce(permissions, 0)::text FROM roles WHERE deleted_at IS NULL
    UNION ALL SELECT user_id::text, concat_ws(' ', coalesce(array_to_string(role_ids, ','), 'null'),
      coalesce(to_char(timed_out_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'null'),
      (left_at IS NOT NULL)::text) FROM members
    UNION ALL SELECT id::text, concat_ws(' ', type, coalesce(parent_id::text, 'null'))
      FROM channels WHERE deleted_at IS NULL AND name IS NOT NULL`,
  channels:
    'SELECT id, name, parent_id, archived, user_limit FROM channels WHERE deleted_at IS NULL AND name IS NOT NULL',
  inThread: `SELECT m.thread_id, m.user_id FROM thread_members m LEFT JOIN channels c ON c.id = m.thread_id
    WHERE coalesce(c.type, 12) = 12`,
  inside: 'SELECT user_id, channel_id FROM voice_states WHERE channel_id IS NOT NULL',
};

/** The state of a client that received all rows of `changes`. */
export async function announcedRows(database: Database): Promise<Rows> {
  const model = new AnnouncedModel();
  const changes = await database.query<ChangeBody>('SELECT kind, body FROM changes ORDER BY seq');
  for (const change of changes) model.apply(change);
  return model.rows();
}

/** The state of a client that read the tables, in the same form. */
export async function readRows(database: Database): Promise<Rows> {
  const rows: Rows = {};
  for (const [name, text] of Object.entries(SELECTS)) {
    const found = await database.query<object>(text);
    rows[name] = found.map((row) => line(...Object.values(row)));
  }
  return sorted(rows);
}
