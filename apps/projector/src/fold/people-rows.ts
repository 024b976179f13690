import type { Snowflake } from '@discord-relay/contracts';
import type { MemberFields, PeopleChange, RoleFields, VoiceFields } from './row-change.js';
import type { MemberRow, RoleRow, VoiceRow } from './rows.js';
import { changed } from './same-json.js';

/** A pair of ids as a key. */
export const memberKey = (guildId: Snowflake, userId: Snowflake): string => `${guildId} ${userId}`;

/** The role as described. A deleted one comes back only when Discord lists it (`synced`): ids are not used again. */
export function upsertRole(
  row: RoleRow | undefined,
  role: RoleFields,
  synced: boolean,
  seq: number,
): RoleRow | null {
  if (row && row.deleted_at !== null && !synced) return null;
  return changed(row, { ...role, deleted_at: null, seq });
}

/** A deletion; of an unknown role it leaves a tombstone. */
export function deleteRole(
  row: RoleRow | undefined,
  ids: Pick<RoleRow, 'id' | 'guild_id'>,
  at: string,
  seq: number,
): RoleRow | null {
  if (row && row.deleted_at !== null) return null;
  return { ...(row ?? { ...UNKNOWN_ROLE, ...ids }), deleted_at: at, seq };
}

/**
 * The member as described. Who left comes back with another time of joining, or when Discord lists the member
 * (`synced`); the same time as before is a repetition of something older.
 */
export function upsertMember(
  row: MemberRow | undefined,
  member: MemberFields,
  synced: boolean,
  seq: number,
): MemberRow | null {
  const isRepeated = row && row.left_at !== null && row.joined_at === member.joined_at;
  if (isRepeated && member.joined_at !== null && !synced) return null;
  return changed(row, { ...member, left_at: null, seq });
}

/** The first time counts. What the member was in the guild goes with the membership. */
export function leaveMember(
  row: MemberRow | undefined,
  { member, at }: Pick<PeopleChange & { op: 'leave_member' }, 'member' | 'at'>,
  seq: number,
): MemberRow | null {
  if (row && row.left_at !== null) return null;
  return { ...NO_MEMBER, joined_at: row?.joined_at ?? null, ...member, left_at: at, seq };
}

/** Inside, since when the user was first seen there. */
export function enterRoom(
  row: VoiceRow | undefined,
  voice: VoiceFields,
  at: string,
  seq: number,
): VoiceRow | null {
  const since = row && row.channel_id === voice.channel_id ? row.since : at;
  const username = voice.username ?? row?.username ?? null;
  return changed(row, { ...voice, since, username, seq });
}

/** Outside: nothing is kept but the ids. */
export function leaveRoom(
  row: VoiceRow | undefined,
  ids: Pick<VoiceRow, 'guild_id' | 'user_id'>,
  seq: number,
): VoiceRow | null {
  if (!row || row.channel_id === null) return null;
  const { guild_id, user_id } = ids;
  return { guild_id, user_id, channel_id: null, since: null, username: null, state: null, seq };
}

const UNKNOWN_ROLE = {
  name: null,
  permissions: null,
  position: null,
  color: null,
  hoist: null,
  managed: null,
  mentionable: null,
} as const;

const NO_MEMBER = {
  nick: null,
  role_ids: [],
  timed_out_until: null,
  pending: null,
  flags: null,
  avatar: null,
};
