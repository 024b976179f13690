import type { RestMember, RestRole, Snowflake } from '@discord-relay/contracts';
import { memberColour, memberGroups } from './member-groups.js';

const role = (id: number, hoist: boolean, color: number): RestRole => ({
  id: String(id) as Snowflake,
  name: `role ${id}`,
  position: 100 - id,
  hoist,
  color,
});
const member = (name: string, ...roleIds: number[]): RestMember => ({
  userId: '1' as Snowflake,
  username: name,
  nick: null,
  globalName: null,
  avatar: null,
  bot: false,
  roleIds: roleIds.map((id) => String(id) as Snowflake),
  joinedAt: null,
  timedOutUntil: null,
});

const ROLES = [role(1, true, 0), role(2, false, 0x00ff00), role(3, true, 0x0000ff)];

describe('members', () => {
  it('members are listed below the highest of their roles that is listed separately', () => {
    const members = [member('d'), member('c', 3), member('b', 2), member('a', 3, 1)];
    const shown = memberGroups(members, ROLES).map(({ role: of, members: found }) => [
      of?.id,
      found.map(({ username }) => username),
    ]);
    expect(shown).toEqual([
      ['1', ['a']],
      ['3', ['c']],
      [undefined, ['b', 'd']],
    ]);
  });

  it('members have the colour of their highest role with a colour', () => {
    expect(memberColour(member('a', 1, 2, 3), ROLES)).toBe('#00ff00');
    expect(memberColour(member('a', 1), ROLES)).toBeUndefined();
  });
});
