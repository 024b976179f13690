import type { Snowflake, UserState } from '@discord-relay/contracts';
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
  return changed(row, { ...UNKNOWN_ROLE, ...row, ...role, deleted_at: null, seq });
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

/** The longest timeout that Discord gives. */
const LONGEST_TIMEOUT_MS = 28 * 24 * 3_600_000;

/**
 * The member as described. Of somebody who was not there before, nothing is known but what is said now: without roles
 * they have no rights, and what is not said of a timeout is taken for the longest that there is.
 */
export function upsertMember(
  row: MemberRow | undefined,
  { member, how, at }: Pick<PeopleChange & { op: 'upsert_member' }, 'member' | 'how' | 'at'>,
  seq: number,
): MemberRow | null {
  if (row && how !== 'synced' && isOfThePast(row, member, how)) return null;
  const isThere = row && row.left_at === null;
  const before = isThere ? row : { ...UNKNOWN_MEMBER, timed_out_until: latestTimeout(at) };
  const names = { username: row?.username ?? null, ...member, profile: merged(row, member.profile) };
  return changed(row, { ...before, ...names, left_at: null, seq });
}

const latestTimeout = (at: string): string => new Date(Date.parse(at) + LONGEST_TIMEOUT_MS).toISOString();

/**
 * Whether it is told late of a membership that is over. Who left comes back with a later time of joining than before, or
 * when Discord lists them; when somebody left is known by our clock only, so it counts where there is nothing better.
 */
function isOfThePast(row: MemberRow, { joined_at }: MemberFields, how: 'joined' | 'updated'): boolean {
  const joined = joined_at ?? null;
  if (row.left_at !== null) return joined === null || joined <= (row.joined_at ?? row.left_at);
  return how === 'joined' && joined !== null && row.joined_at !== null && joined < row.joined_at;
}

const merged = (row: MemberRow | undefined, user: UserState): UserState => ({ ...row?.profile, ...user });

/** The first time counts. What the member was in the guild goes with the membership. */
export function leaveMember(
  row: MemberRow | undefined,
  { member, at }: Pick<PeopleChange & { op: 'leave_member' }, 'member' | 'at'>,
  seq: number,
): MemberRow | null {
  if (row && row.left_at !== null) return null;
  const known = { joined_at: row?.joined_at ?? null, username: row?.username ?? null };
  const profile = merged(row, member.profile);
  return { ...NO_MEMBER, ...known, ...member, profile, left_at: at, seq };
}

/** Inside, since when the user was first seen there. */
export function enterRoom(
  row: VoiceRow | undefined,
  voice: VoiceFields,
  at: string,
  seq: number,
): VoiceRow | null {
  const username = voice.username ?? row?.username ?? null;
  const isThere = row && row.channel_id === voice.channel_id;
  const since = isThere ? row.since : at;
  const state = { ...(isThere && row.state), ...voice.state };
  return changed(row, { ...voice, since, username, state, seq });
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

/** Of whom nobody said anything yet. */
const UNKNOWN_MEMBER = {
  nick: null,
  role_ids: null,
  joined_at: null,
  pending: null,
  flags: null,
  avatar: null,
} as const;

const NO_MEMBER = {
  nick: null,
  role_ids: [],
  timed_out_until: null,
  pending: null,
  flags: null,
  avatar: null,
};
