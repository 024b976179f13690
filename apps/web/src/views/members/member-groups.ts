import type { RestMember, RestRole } from '@discord-relay/contracts';

export interface MemberGroup {
  /** null: members without a role that is listed separately. */
  role: RestRole | null;
  members: RestMember[];
}

export const displayName = ({ nick, globalName, username, userId }: RestMember): string =>
  nick ?? globalName ?? username ?? userId;

/** Members grouped by the highest of their roles that is listed separately, as Discord shows them; each group by name. */
export function memberGroups(members: readonly RestMember[], roles: readonly RestRole[]): MemberGroup[] {
  const hoisted = roles.filter(({ hoist }) => hoist);
  const groups = new Map<RestRole | null, RestMember[]>([...hoisted, null].map((role) => [role, []]));
  for (const member of members)
    groups.get(hoisted.find(({ id }) => member.roleIds.includes(id)) ?? null)!.push(member);
  const byName = (a: RestMember, b: RestMember) => displayName(a).localeCompare(displayName(b));
  return [...groups]
    .filter(([, found]) => found.length > 0)
    .map(([role, found]) => ({ role, members: found.sort(byName) }));
}

/** The colour of a member's name: that of their highest role with a colour. */
export function memberColour({ roleIds }: RestMember, roles: readonly RestRole[]): string | undefined {
  const role = roles.find(({ id, color }) => color && roleIds.includes(id));
  return role && `#${role.color!.toString(16).padStart(6, '0')}`;
}
