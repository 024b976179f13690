import type { AccessChange, UserState } from '@discord-relay/contracts';
import { changed, sameJson } from '../shared/same-json.js';
import type { MemberFields, MemberRow } from '../shared/rows.js';
import type { MemberOp } from './ops.js';

/** The longest timeout that Discord allows. */
const LONGEST_TIMEOUT_MS = 28 * 24 * 3_600_000;

/**
 * Applies a description. Of a user who was not a member before, only what the event says is known: without roles they have no
 * rights, and an unknown timeout counts as the longest possible one.
 */
export function upsertMember(
  row: MemberRow | undefined,
  { member, how, at }: Pick<MemberOp & { op: 'upsert' }, 'member' | 'how' | 'at'>,
  seq: number,
): MemberRow | null {
  if (row && how !== 'synced' && isOutdated(row, member, how)) return null;
  const isThere = row && row.left_at === null;
  const before = isThere ? row : { ...UNKNOWN_MEMBER, timed_out_until: latestTimeout(at) };
  const names = { username: row?.username ?? null, ...member, profile: merged(row, member.profile) };
  return changed(row, { ...before, ...names, left_at: null, seq });
}

const latestTimeout = (at: string): string => new Date(Date.parse(at) + LONGEST_TIMEOUT_MS).toISOString();

/** How late a departure may be reported: clocks differ, and a resumed session delivers missed dispatches. */
const REPORTED_LATE_MS = 10 * 60_000;

/**
 * Whether the event belongs to a membership that has ended. A user who left comes back with a later join time, or when
 * Discord lists them. The time of a departure comes from our own clock, so it is used only if nothing better is known; a
 * later join in the log is a new membership unless its join time is much older.
 */
function isOutdated(row: MemberRow, { joined_at }: MemberFields, how: 'joined' | 'updated'): boolean {
  const joined = joined_at ?? null;
  if (row.left_at !== null) {
    if (joined === null) return true;
    if (row.joined_at !== null) return joined <= row.joined_at;
    const lateMs = how === 'joined' ? REPORTED_LATE_MS : 0;
    return Date.parse(joined) <= Date.parse(row.left_at) - lateMs;
  }
  return how === 'joined' && joined !== null && row.joined_at !== null && joined < row.joined_at;
}

const merged = (row: MemberRow | undefined, user: UserState): UserState => ({ ...row?.profile, ...user });

/** The first report counts. The member's data in the guild is removed with the membership. */
export function leaveMember(
  row: MemberRow | undefined,
  { member, at }: Pick<MemberOp & { op: 'leave' }, 'member' | 'at'>,
  seq: number,
): MemberRow | null {
  if (row && row.left_at !== null) return null;
  const known = { joined_at: row?.joined_at ?? null, username: row?.username ?? null };
  const profile = merged(row, member.profile);
  return { ...NO_MEMBER, ...known, ...member, profile, left_at: at, seq };
}

/** Discord's member flag IS_GUEST. */
const IS_GUEST = 16;

/** Unknown flags count as 0. */
const isGuest = ({ flags }: Pick<MemberRow, 'flags'>): boolean => ((flags ?? 0) & IS_GUEST) !== 0;

/** The part of a member that access rights depend on. */
export const memberAccess = ({
  user_id,
  role_ids,
  timed_out_until,
  left_at,
  flags,
}: MemberRow): AccessChange => ({
  of: 'member',
  userId: user_id,
  roleIds: role_ids,
  timedOutUntil: timed_out_until,
  left: left_at !== null,
  guest: isGuest({ flags }),
});

export function memberDecides(before: MemberRow | undefined, after: MemberRow): boolean {
  if (!before || (before.left_at === null) !== (after.left_at === null)) return true;
  if (isGuest(before) !== isGuest(after)) return true;
  return before.timed_out_until !== after.timed_out_until || !sameJson(before.role_ids, after.role_ids);
}

/** A member about whom nothing is known yet. */
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
