import { rowsAsOf } from '@discord-relay/read-model';
import type { Querying } from '../../database/read-model.database.js';
import { GuildAccess } from '../../access/guild-access.js';
import { isStorableId } from '../../database/storable-id.js';
import { type ChannelFacts, type GuildFacts, type MemberFacts, noMember } from '../../access/guild-facts.js';

export interface AccessSelection {
  /** Discord user ids of viewers; other ids match nobody. */
  userIds: readonly string[];
  /** Ids of channels that everyone may read. */
  publicChannels: ReadonlySet<string>;
  /** Only these channels, and the channels whose overwrites apply to them; default: all. */
  channelIds?: readonly string[];
  /** The rights after the event with this sequence; default: the current ones. */
  asOf?: number | undefined;
}

interface Row {
  id: string;
  ownerId: string | null;
  present: boolean;
  seq: string | null;
  roles: GuildFacts['roles'] | null;
  channels: ChannelFacts[] | null;
  members: MemberFacts[] | null;
}

/**
 * One statement, so that it reads one state of the database. A role whose permissions are not known grants none. Channels
 * that were deleted within the last day are included for users who could see them, because changes are kept for a day.
 */
const guilds = ({ guilds, roles, channels, members, threadMembers }: Record<Source, string>): string => `
  SELECT g.id, g.owner_id AS "ownerId", g.left_at IS NULL AS present,
    (SELECT h.seq FROM feed_heads h WHERE h.feed = 'a:' || g.id) AS seq,
    (SELECT json_agg(json_build_object('id', r.id::text,
       'permissions', CASE WHEN r.deleted_at IS NULL THEN coalesce(r.permissions, 0)::text END))
     FROM ${roles} r WHERE r.guild_id = g.id) AS roles,
    (SELECT json_agg(json_build_object('id', c.id::text, 'type', c.type, 'parentId', c.parent_id::text,
       'overwrites', c.overwrites, 'deleted', c.deleted_at IS NOT NULL))
     FROM ${channels} c
     WHERE c.guild_id = g.id AND (c.deleted_at IS NULL OR c.deleted_at > now() - interval '25 hours')
       AND ($3::bigint[] IS NULL OR c.id = ANY ($3)
            OR c.id IN (SELECT t.parent_id FROM channels t WHERE t.id = ANY ($3)))) AS channels,
    (SELECT json_agg(json_build_object('userId', m.user_id::text, 'roleIds', m.role_ids::text[],
       'timedOutUntilMs', coalesce(extract(epoch FROM m.timed_out_until) * 1000, 0), 'left', m.left_at IS NOT NULL, 'guest', (coalesce(m.flags, 0) & 16) <> 0,
       'threadIds', ARRAY(SELECT i.thread_id::text FROM channels t
         JOIN ${threadMembers} i ON i.thread_id = t.id AND i.user_id = m.user_id
         WHERE t.guild_id = g.id AND t.deleted_at IS NULL AND (t.type = 12 OR t.type IS NULL))))
     FROM ${members} m WHERE m.guild_id = g.id AND m.user_id = ANY ($2)) AS members
  FROM ${guilds} g WHERE g.id = ANY ($1)`;

type Source = 'guilds' | 'roles' | 'channels' | 'members' | 'threadMembers';

const NOW = guilds({
  guilds: 'guilds',
  roles: 'roles',
  channels: 'channels',
  members: 'members',
  threadMembers: 'thread_members',
});

/** Rows as of `$4`. Someone who left a thread since then counts as one who was not in it, because only joins are kept. */
const EARLIER = guilds({
  guilds: `(${rowsAsOf('guilds', '$4', 'now.id = ANY ($1)')})`,
  roles: `(${rowsAsOf('roles', '$4', 'now.guild_id = g.id')})`,
  channels: `(${rowsAsOf(
    'channels',
    '$4',
    `now.guild_id = g.id AND ($3::bigint[] IS NULL OR now.id = ANY ($3)
       OR now.id IN (SELECT t.parent_id FROM channels t WHERE t.id = ANY ($3)))`,
  )})`,
  members: `(${rowsAsOf('members', '$4', 'now.guild_id = g.id AND now.user_id = ANY ($2)')})`,
  threadMembers: '(SELECT * FROM thread_members WHERE seq <= $4)',
});

/** As {@link loadGuildAccesses} for one guild. */
export async function loadGuildAccess(
  query: Querying,
  guildId: string,
  selection: AccessSelection,
): Promise<GuildAccess> {
  const guilds = await loadGuildAccesses(query, [guildId], selection);
  return guilds.get(guildId)!;
}

/**
 * The access rights in these guilds, in the caller's transaction. A guild that does not exist grants nothing. The result
 * contains every requested user.
 */
export async function loadGuildAccesses(
  query: Querying,
  guildIds: readonly string[],
  selection: AccessSelection,
): Promise<Map<string, GuildAccess>> {
  const { asOf } = selection;
  const values = [guildIds, selection.userIds.filter(isStorableId), selection.channelIds ?? null];
  const rows = await query.rows<Row>(
    asOf === undefined
      ? { name: 'guild_access', text: NOW, values }
      : { name: 'guild_access_as_of', text: EARLIER, values: [...values, asOf] },
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    guildIds.map((id) => [id, accessOf(factsOf(id, found.get(id), selection.userIds), selection)]),
  );
}

const accessOf = (facts: GuildFacts, { publicChannels }: AccessSelection): GuildAccess =>
  new GuildAccess(facts, publicChannels);

function factsOf(id: string, row: Row | undefined, userIds: readonly string[]): GuildFacts {
  const members = new Map(row?.members?.map((member) => [member.userId, member]));
  return {
    id,
    present: row?.present ?? false,
    ownerId: row?.ownerId ?? null,
    seq: Number(row?.seq ?? 0),
    roles: row?.roles ?? [],
    channels: row?.channels ?? [],
    members: userIds.map((userId) => members.get(userId) ?? noMember(userId)),
  };
}
