import type { AccessChange } from '@discord-relay/contracts';
import type { RoleFields, RoleRow } from '../shared/rows.js';

/**
 * Applies a description. A deleted role comes back only if Discord lists it (`synced`), because ids are not reused. A
 * description without a difference still raises the row's `seq`: see `RowSet`.
 */
export function upsertRole(
  row: RoleRow | undefined,
  role: RoleFields,
  synced: boolean,
  seq: number,
): RoleRow | null {
  if (row && row.deleted_at !== null && !synced) return null;
  return { ...UNKNOWN_ROLE, ...row, ...role, deleted_at: null, seq };
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

/** The part of a role that decides access. */
export const roleAccess = (row: RoleRow): AccessChange => ({
  of: 'role',
  roleId: row.id,
  permissions: permissionsOf(row),
});

export const roleDecides = (before: RoleRow | undefined, after: RoleRow): boolean =>
  permissionsOf(before) !== permissionsOf(after);

/** A role whose permissions are not known grants none, but what channels deny it counts. */
const permissionsOf = (row: RoleRow | undefined): string | null =>
  row && row.deleted_at === null ? (row.permissions ?? '0') : null;

const UNKNOWN_ROLE = {
  name: null,
  permissions: null,
  position: null,
  color: null,
  hoist: null,
  managed: null,
  mentionable: null,
} as const;
