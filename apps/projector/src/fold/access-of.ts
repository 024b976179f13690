import type { AccessChange } from '@discord-relay/contracts';
import type { ChannelRow, GuildRow, MemberRow, RoleRow } from './rows.js';
import { sameJson } from './same-json.js';

/** What of a row decides who may see what, and whether another row changes that. */
export const guildAccess = ({ owner_id, left_at }: GuildRow): AccessChange => ({
  of: 'guild',
  ownerId: owner_id,
  left: left_at !== null,
});

export const guildDecides = (before: GuildRow | undefined, { owner_id, left_at }: GuildRow): boolean =>
  !before || before.owner_id !== owner_id || (before.left_at === null) !== (left_at === null);

export const roleAccess = (row: RoleRow): AccessChange => ({
  of: 'role',
  roleId: row.id,
  permissions: permissionsOf(row),
});

export const roleDecides = (before: RoleRow | undefined, after: RoleRow): boolean =>
  permissionsOf(before) !== permissionsOf(after);

/** A role of which no permissions are known gives none; what channels take from it counts. */
const permissionsOf = (row: RoleRow | undefined): string | null =>
  row && row.deleted_at === null ? (row.permissions ?? '0') : null;

/** Discord's member flag IS_GUEST. */
const IS_GUEST = 16;

/** Flags are 0 unless they were told. */
const isGuest = ({ flags }: Pick<MemberRow, 'flags'>): boolean => ((flags ?? 0) & IS_GUEST) !== 0;

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

/** What is deleted has no overwrites: of many channels at once they would fill more than a message may hold. */
export const channelAccess = ({ id, type, parent_id, overwrites, deleted_at }: ChannelRow): AccessChange => ({
  of: 'channel',
  channelId: id,
  type,
  parentId: parent_id,
  overwrites: deleted_at === null ? overwrites : null,
  deleted: deleted_at !== null,
});

/** A deletion always does, also of a thread that was never described: nobody is in it any more. */
export function channelDecides(before: ChannelRow | undefined, after: ChannelRow): boolean {
  if (after.deleted_at !== null || !before || before.deleted_at !== null) return true;
  const { type, parent_id, overwrites } = after;
  return before.type !== type || before.parent_id !== parent_id || !sameJson(before.overwrites, overwrites);
}
