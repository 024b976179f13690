import type { RestMember, RestMemberPage, RestRole } from '@discord-relay/contracts';
import { rowsAsOf } from '@discord-relay/read-model';
import type { Querying } from '../database/read-model.database.js';

interface MemberRow extends Omit<RestMember, 'joinedAt' | 'timedOutUntil'> {
  joinedAt: Date | null;
  timedOutUntil: Date | null;
}

const selectMembers = (members: string): string => `
  SELECT user_id AS "userId", username, nick, profile ->> 'globalName' AS "globalName",
         coalesce(avatar, profile ->> 'avatar') AS avatar, coalesce((profile ->> 'bot')::boolean, false) AS bot,
         coalesce(role_ids, '{}')::text[] AS "roleIds", joined_at AS "joinedAt", timed_out_until AS "timedOutUntil"
  FROM ${members}`;
const CURRENT_MEMBERS = `${selectMembers('members')} WHERE guild_id = $1 AND left_at IS NULL`;
const MEMBERS = `${CURRENT_MEMBERS} AND user_id > $2 ORDER BY user_id LIMIT $3`;
const MEMBERS_BY_ID = `${CURRENT_MEMBERS} AND user_id = ANY($2::bigint[]) ORDER BY user_id`;

/** Members of the guild `$1` as of `$2`. */
const membersAsOf = (condition: string): string =>
  rowsAsOf('members', '$2', `now.guild_id = $1 AND r.left_at IS NULL AND ${condition}`);
const MEMBERS_AS_OF = `
  ${selectMembers(`(${membersAsOf('now.user_id > $3')} ORDER BY now.user_id LIMIT $4) earlier`)} ORDER BY user_id`;
const MEMBERS_BY_ID_AS_OF = `
  ${selectMembers(`(${membersAsOf('now.user_id = ANY($3::bigint[])')}) earlier`)} ORDER BY user_id`;

const selectRoles = (roles: string): string => `
  SELECT id, name, color, position, coalesce(hoist, false) AS hoist
  FROM ${roles} WHERE guild_id = $1 AND deleted_at IS NULL AND name IS NOT NULL
  ORDER BY position DESC NULLS LAST, id`;
const ROLES = selectRoles('roles');
const ROLES_AS_OF = selectRoles(`(${rowsAsOf('roles', '$2', 'now.guild_id = $1')}) earlier`);

/** Current members of a guild ordered by id, after `after`. */
export async function listMembers(
  query: Querying,
  guildId: string,
  after: string,
  limit: number,
): Promise<RestMemberPage> {
  const values = [guildId, after, limit + 1];
  return pageOf(await query.rows<MemberRow>({ name: 'members', text: MEMBERS, values }), limit);
}

/** As {@link listMembers}, after the event `seq`. */
export async function listMembersAsOf(
  query: Querying,
  guildId: string,
  { after, limit }: { after: string; limit: number },
  seq: number,
): Promise<RestMemberPage> {
  const values = [guildId, seq, after, limit + 1];
  return pageOf(await query.rows<MemberRow>({ name: 'members_as_of', text: MEMBERS_AS_OF, values }), limit);
}

function pageOf(rows: MemberRow[], limit: number): RestMemberPage {
  const members = rows.slice(0, limit).map(toMember);
  return { members, next: rows.length > limit ? members.at(-1)!.userId : null };
}

/** As {@link findMembers}, after the event `seq`. */
export async function findMembersAsOf(
  query: Querying,
  guildId: string,
  userIds: readonly string[],
  seq: number,
): Promise<RestMemberPage> {
  const values = [guildId, seq, userIds];
  const rows = await query.rows<MemberRow>({
    name: 'members_by_id_as_of',
    text: MEMBERS_BY_ID_AS_OF,
    values,
  });
  return { members: rows.map(toMember), next: null };
}

/** Those of the given users who are members of the guild now. */
export async function findMembers(
  query: Querying,
  guildId: string,
  userIds: readonly string[],
): Promise<RestMemberPage> {
  const values = [guildId, userIds];
  const rows = await query.rows<MemberRow>({ name: 'members_by_id', text: MEMBERS_BY_ID, values });
  return { members: rows.map(toMember), next: null };
}

/** Roles of a guild, highest first. */
export const listRoles = (query: Querying, guildId: string): Promise<RestRole[]> =>
  query.rows<RestRole>({ name: 'roles', text: ROLES, values: [guildId] });

/** As {@link listRoles}, after the event `seq`. */
export const listRolesAsOf = (query: Querying, guildId: string, seq: number): Promise<RestRole[]> =>
  query.rows<RestRole>({ name: 'roles_as_of', text: ROLES_AS_OF, values: [guildId, seq] });

const toMember = (row: MemberRow): RestMember => ({
  ...row,
  joinedAt: row.joinedAt?.toISOString() ?? null,
  timedOutUntil: row.timedOutUntil?.toISOString() ?? null,
});
