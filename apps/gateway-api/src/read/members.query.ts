import type { RestMember, RestMemberPage, RestRole } from '@discord-relay/contracts';
import type { Querying } from '../database/read-model.database.js';

interface MemberRow extends Omit<RestMember, 'joinedAt' | 'timedOutUntil'> {
  joinedAt: Date | null;
  timedOutUntil: Date | null;
}

const CURRENT_MEMBERS = `
  SELECT user_id AS "userId", username, nick, profile ->> 'globalName' AS "globalName",
         coalesce(avatar, profile ->> 'avatar') AS avatar, coalesce((profile ->> 'bot')::boolean, false) AS bot,
         coalesce(role_ids, '{}')::text[] AS "roleIds", joined_at AS "joinedAt", timed_out_until AS "timedOutUntil"
  FROM members WHERE guild_id = $1 AND left_at IS NULL`;
const MEMBERS = `${CURRENT_MEMBERS} AND user_id > $2 ORDER BY user_id LIMIT $3`;
const MEMBERS_BY_ID = `${CURRENT_MEMBERS} AND user_id = ANY($2::bigint[]) ORDER BY user_id`;

const ROLES = `
  SELECT id, name, color, position, coalesce(hoist, false) AS hoist
  FROM roles WHERE guild_id = $1 AND deleted_at IS NULL AND name IS NOT NULL
  ORDER BY position DESC NULLS LAST, id`;

/** Current members of a guild ordered by id, after `after`. */
export async function listMembers(
  query: Querying,
  guildId: string,
  after: string,
  limit: number,
): Promise<RestMemberPage> {
  const values = [guildId, after, limit + 1];
  const rows = await query.rows<MemberRow>({ name: 'members', text: MEMBERS, values });
  const members = rows.slice(0, limit).map(toMember);
  return { members, next: rows.length > limit ? members.at(-1)!.userId : null };
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

const toMember = (row: MemberRow): RestMember => ({
  ...row,
  joinedAt: row.joinedAt?.toISOString() ?? null,
  timedOutUntil: row.timedOutUntil?.toISOString() ?? null,
});
