import { DELETIONS, type Case } from './absent-cases.js';
import * as world from './absent-world.js';
import { PurePipeline } from './pure-pipeline.js';

const RIGHTS = ['see', 'read', 'history'] as const;
type Row = Record<string, unknown>;

/** The state before: everything is known, one message exists, and one member is in the private thread. */
function everything(): PurePipeline {
  const pipeline = new PurePipeline(world.GUILD, world.USERS);
  pipeline.take('GUILD_CREATE', world.guild());
  const added_members = [{ user_id: world.ADA }];
  pipeline.take('THREAD_MEMBERS_UPDATE', { guild_id: world.GUILD, id: world.PRIVATE_THREAD, added_members });
  pipeline.take('MESSAGE_CREATE', world.message());
  return pipeline;
}

/** Cases that only read it share it. */
const BEFORE = everything();
const RIGHTS_BEFORE = rightsOf(BEFORE);
const GONE_BEFORE = goneIn(BEFORE);

const after = (t: string, d: unknown): PurePipeline => {
  const pipeline = everything();
  pipeline.take(t, d);
  return pipeline;
};

const nothing = (t: string, d: unknown): PurePipeline => {
  const pipeline = new PurePipeline(world.GUILD, world.USERS);
  pipeline.take(t, d);
  return pipeline;
};

/** All rights, as lines. */
function rightsOf(pipeline: PurePipeline): Set<string> {
  const lines = world.USERS.flatMap((userId) =>
    world.PLACES.flatMap((place) => {
      const rights = pipeline.rights(userId, place);
      return RIGHTS.filter((right) => rights[right]).map((right) => `${userId} ${right} ${place}`);
    }),
  );
  return new Set(lines);
}

/** What no longer exists: deleted, left, archived, out of the room. */
function goneIn({ rows }: PurePipeline): Set<string> {
  const { guilds, channels, roles, members, voice, messages } = rows;
  const ids = (of: string, list: Row[], isGone: (row: Row) => boolean) =>
    list.filter(isGone).map((row) => `${of} ${String(row.id ?? row.user_id)}`);
  return new Set([
    ...ids('guild', guilds.rows.all() as unknown as Row[], (row) => row.left_at !== null),
    ...ids('channel', channels.rows.all() as unknown as Row[], (row) => row.deleted_at !== null),
    ...ids('archived', channels.rows.all() as unknown as Row[], (row) => row.archived === true),
    ...ids('role', roles.rows.all() as unknown as Row[], (row) => row.deleted_at !== null),
    ...ids('member', members.rows.all() as unknown as Row[], (row) => row.left_at !== null),
    ...ids('voice', voice.rows.all() as unknown as Row[], (row) => row.channel_id === null),
    ...ids('message', messages.rows.all() as unknown as Row[], (row) => row.deleted_at !== null),
  ]);
}

const tooMuch = (found: Set<string>, ...allowed: Set<string>[]) =>
  [...found].filter((each) => !allowed.some((set) => set.has(each)));

/** The column of each of Discord's keys, for dispatches that describe one thing. */
const COLUMNS: Readonly<Record<string, { at: string[]; keys: Readonly<Record<string, string>> }>> = {
  CHANNEL_UPDATE: {
    at: [],
    keys: {
      type: 'type',
      name: 'name',
      topic: 'topic',
      position: 'position',
      parent_id: 'parent_id',
      nsfw: 'nsfw',
    },
  },
  THREAD_UPDATE: {
    at: [],
    keys: {
      type: 'type',
      name: 'name',
      parent_id: 'parent_id',
      owner_id: 'owner_id',
      message_count: 'message_count',
    },
  },
  GUILD_UPDATE: { at: [], keys: { name: 'name', icon: 'icon', owner_id: 'owner_id' } },
  GUILD_ROLE_UPDATE: {
    at: ['role'],
    keys: { name: 'name', permissions: 'permissions', position: 'position', color: 'color', hoist: 'hoist' },
  },
  GUILD_MEMBER_UPDATE: {
    at: [],
    keys: {
      nick: 'nick',
      roles: 'role_ids',
      joined_at: 'joined_at',
      communication_disabled_until: 'timed_out_until',
      pending: 'pending',
      flags: 'flags',
      avatar: 'avatar',
    },
  },
  MESSAGE_CREATE: {
    at: [],
    keys: {
      content: 'content',
      pinned: 'pinned',
      type: 'type',
      flags: 'flags',
      embeds: 'embeds',
      poll: 'poll',
    },
  },
  MESSAGE_UPDATE: {
    at: [],
    keys: { content: 'content', pinned: 'pinned', type: 'type', flags: 'flags', attachments: 'attachments' },
  },
};

function rowOf({ rows }: PurePipeline, t: string, whole: Row): Row | undefined {
  const id = String(whole.id) as never;
  if (t.startsWith('MESSAGE')) return rows.messages.rows.get(id) as unknown as Row;
  if (t.startsWith('GUILD_MEMBER')) {
    const userId = String((whole.user as Row).id);
    return rows.members.rows.all().find(({ user_id }) => user_id === userId) as unknown as Row;
  }
  if (t.startsWith('GUILD_ROLE'))
    return rows.roles.rows.get((whole.role as Row).id as never) as unknown as Row;
  return (t === 'GUILD_UPDATE' ? rows.guilds : rows.channels).rows.get(id) as unknown as Row;
}

/** Keys without which the subject of a dispatch is unknown. */
const NAMES = new Set(['id', 'guild_id', 'channel_id', 'user', 'role']);

/** Columns that differ from those of the complete dispatch, although their keys were not changed. */
function notRecorded({ t, whole, paths }: Case, spoilt: PurePipeline, right: PurePipeline): string[] {
  const columns = COLUMNS[t];
  if (!columns) return [];
  const depth = columns.at.length;
  const isName = (path: Case['paths'][number]) =>
    path.length <= depth ||
    (NAMES.has(String(path[depth])) && !(t === 'GUILD_MEMBER_UPDATE' && isDetail(path)));
  if (paths.some(isName)) return [];
  const touched = new Set(paths.map((path) => String(path[depth])));
  const [found, expected] = [rowOf(spoilt, t, whole), rowOf(right, t, whole)];
  return Object.entries(columns.keys)
    .filter(([key]) => !touched.has(key))
    .filter(([, column]) => JSON.stringify(found?.[column]) !== JSON.stringify(expected?.[column]))
    .map(([key]) => key);
}

const isDetail = ([first, second]: Case['paths'][number]) =>
  first === 'user' && second !== undefined && second !== 'id';

/**
 * The forbidden effects of a dispatch with missing or garbled keys; empty lists: none. Rights may be those before the
 * dispatch, those of the complete dispatch, or fewer; for entities that were unknown, at most those of the complete
 * dispatch.
 */
export function wrongs(each: Case): Record<string, string[]> {
  const right = after(each.t, each.whole);
  const spoilt = after(each.t, each.spoilt);
  const first = nothing(each.t, each.spoilt);
  const announcedOtherwise = world.USERS.flatMap((userId) =>
    world.PLACES.filter(
      (place) =>
        JSON.stringify(spoilt.rights(userId, place)) !==
        JSON.stringify(spoilt.announcedRights(userId, place)),
    ).map((place) => `${userId} ${place}`),
  );
  return {
    grown: tooMuch(rightsOf(spoilt), RIGHTS_BEFORE, rightsOf(right)),
    grownFromNothing: tooMuch(rightsOf(first), rightsOf(nothing(each.t, each.whole))),
    deleted: DELETIONS.has(each.t) ? [] : tooMuch(goneIn(spoilt), GONE_BEFORE, goneIn(right)),
    notRecorded: notRecorded(each, spoilt, right),
    announcedOtherwise,
  };
}

export const isWrong = (found: Record<string, string[]>): boolean =>
  Object.values(found).some((list) => list.length > 0);
