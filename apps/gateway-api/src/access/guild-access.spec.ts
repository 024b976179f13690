import type { AccessChange, OverwriteState, Snowflake } from '@discord-relay/contracts';
import { explain } from './explain.js';
import { GuildAccess } from './guild-access.js';
import type { GuildFacts, MemberFacts } from './guild-facts.js';
import {
  CONNECT,
  MANAGE_THREADS,
  NO_RIGHTS,
  READ_ALL,
  READ_MESSAGE_HISTORY,
  VIEW_AUDIT_LOG,
  VIEW_CHANNEL,
} from './permissions.js';
import type { Principal } from './principal.js';

const GUILD = '1' as Snowflake;
const ROLE = '2' as Snowflake;
const TEXT = '3' as Snowflake;
const THREAD = '4' as Snowflake;
const VOICE = '5' as Snowflake;
const ADA = '6' as Snowflake;
const NOW = Date.parse('2026-01-02T00:00:00.000Z');
const viewer: Principal = { id: ADA, role: 'viewer', expiresAtMs: 0 };
const member: MemberFacts = {
  userId: ADA,
  roleIds: [ROLE],
  timedOutUntilMs: 0,
  left: false,
  guest: false,
  threadIds: [],
};
const channel = { type: 0, parentId: null, overwrites: [], deleted: false };
const privateThread = { id: THREAD, type: 12, parentId: TEXT, overwrites: null, deleted: false };
const facts: GuildFacts = {
  id: GUILD,
  present: true,
  ownerId: '7',
  seq: 10,
  roles: [
    { id: GUILD, permissions: String(VIEW_CHANNEL | READ_MESSAGE_HISTORY) },
    { id: ROLE, permissions: String(CONNECT) },
  ],
  channels: [{ ...channel, id: TEXT }, privateThread, { ...channel, id: VOICE, type: 2 }],
  members: [member],
};
const accessOf = (changed: Partial<GuildFacts> = {}, publicChannels: string[] = []) =>
  new GuildAccess({ ...facts, ...changed }, new Set(publicChannels));
const overwritten = (overwrites: OverwriteState[] | null) =>
  accessOf({ channels: [{ ...channel, id: TEXT, overwrites }] });
const deny = (id: Snowflake, bits: bigint, type: 'role' | 'member' = 'role'): OverwriteState => ({
  id,
  type,
  allow: '0',
  deny: String(bits),
});

describe('access to a guild', () => {
  it('access to a guild follows from the member’s roles, and is computed once until something changes', () => {
    const access = accessOf();
    const rights = access.rights(viewer, TEXT, NOW);
    expect(rights).toEqual(READ_ALL);
    expect(access.rights(viewer, VOICE, NOW)).toEqual(READ_ALL);
    expect(access.rights(viewer, TEXT, NOW)).toBe(rights);
  });

  it.each([
    ['no roles', accessOf({ roles: [] })],
    ['no @everyone', accessOf({ roles: facts.roles.slice(1) })],
    ['@everyone without readable bits', accessOf({ roles: [{ id: GUILD, permissions: '-1' }] })],
    ['a member nobody has read', accessOf({ members: [] })],
    ['a former member', accessOf({ members: [{ ...member, left: true }] })],
    ['a guest', accessOf({ members: [{ ...member, guest: true }] })],
    ['an unknown channel', accessOf({ channels: [] })],
    ['a channel of unknown kind', accessOf({ channels: [{ ...channel, id: TEXT, type: null }] })],
    ['a deleted channel', accessOf({ channels: [{ ...channel, id: TEXT, deleted: true }] })],
    ['unknown overwrites', overwritten(null)],
    ['overwrites that cannot be read', overwritten([{ ...deny(ROLE, 0n), allow: 'all' }])],
    ['a guild that the bot left', accessOf({ present: false })],
  ])('access to a guild is denied to everyone with %s', (_, access) => {
    expect(access.rights(viewer, TEXT, NOW)).toEqual(NO_RIGHTS);
    expect(access.visibleChannels(viewer, NOW)).not.toContain(TEXT);
  });

  it('access to a thread is denied to everyone without access to its parent', () => {
    const member = { ...facts.members[0]!, threadIds: [THREAD] };
    const channels = (parent: object[]) => [privateThread, ...parent] as GuildFacts['channels'];
    const of = (parent: object[]) => accessOf({ members: [member], channels: channels(parent) });
    expect(of([{ ...channel, id: TEXT }]).rights(viewer, THREAD, NOW)).toEqual(READ_ALL);
    expect(of([]).rights(viewer, THREAD, NOW)).toEqual(NO_RIGHTS);
    expect(of([{ ...channel, id: TEXT, deleted: true }]).rights(viewer, THREAD, NOW)).toEqual(NO_RIGHTS);
  });

  it('an unknown role reduces access to a guild, but never extends it', () => {
    const members = [{ ...member, roleIds: ['99' as Snowflake] }];
    const channels = (overwrites: OverwriteState[]) => [{ ...channel, id: TEXT, overwrites }];
    const everyoneOut = deny(GUILD, VIEW_CHANNEL);
    const allowed = { ...deny('99' as Snowflake, 0n), allow: String(VIEW_CHANNEL) };
    const widened = accessOf({ members, channels: channels([everyoneOut, allowed]) });
    const limited = accessOf({ members, channels: channels([deny('99' as Snowflake, VIEW_CHANNEL)]) });
    expect(widened.rights(viewer, TEXT, NOW).see).toBe(false);
    expect(limited.rights(viewer, TEXT, NOW).see).toBe(false);
  });

  it('access to a guild returns when a timeout ends, without an event', () => {
    const access = accessOf({ members: [{ ...member, timedOutUntilMs: NOW }] });
    expect(access.rights(viewer, VOICE, NOW - 1)).toEqual({ see: true, read: false, history: false });
    expect(access.rights(viewer, VOICE, NOW)).toEqual(READ_ALL);
    expect(access.rights(viewer, TEXT, NOW - 1)).toEqual(READ_ALL);
  });

  it('a guest has no access until they are a member; a change without the guest flag leaves it as it was', () => {
    const access = accessOf({ members: [{ ...member, guest: true }] });
    const change: AccessChange = { of: 'member', userId: ADA, roleIds: [], timedOutUntil: null, left: false };
    expect([access.seesGuild(viewer), access.isInside(viewer)]).toEqual([false, false]);
    access.apply([change], 11);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(NO_RIGHTS);
    access.apply([{ ...change, guest: false }], 12);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(READ_ALL);
    access.apply([{ ...change, guest: true }], 13);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(NO_RIGHTS);
  });

  it('access to a private thread does not return when the thread is deleted and comes back', () => {
    const access = accessOf({ members: [{ ...member, threadIds: [THREAD] }] });
    const change = { of: 'channel', channelId: THREAD, type: 12, parentId: TEXT, overwrites: null } as const;
    expect(access.mayLearnOf(viewer, THREAD, NOW)).toBe(true);
    access.apply([{ ...change, deleted: true }], 11);
    access.apply([{ ...change, deleted: false }], 12);
    expect(access.rights(viewer, THREAD, NOW)).toEqual(NO_RIGHTS);
  });

  it('users who could see a channel learn of its deletion', () => {
    const gone = { of: 'channel', channelId: TEXT, type: null, parentId: null, overwrites: null } as const;
    const access = accessOf();
    access.apply([{ ...gone, deleted: true }], 11);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(NO_RIGHTS);
    expect(access.mayLearnOf(viewer, TEXT, NOW)).toBe(true);
    const hidden = overwritten([deny(GUILD, VIEW_CHANNEL)]);
    hidden.apply([{ ...gone, deleted: true }], 11);
    expect(hidden.mayLearnOf(viewer, TEXT, NOW)).toBe(false);
  });
});

describe('changes of access', () => {
  const left: AccessChange = { of: 'member', userId: ADA, roleIds: [], timedOutUntil: null, left: true };

  it('changes of access count once, in the guild’s order', () => {
    const access = accessOf();
    expect(access.apply([{ of: 'guild', ownerId: ADA, left: true }], 10)).toMatchObject({ everyone: false });
    expect(access.rights(viewer, TEXT, NOW)).toEqual(READ_ALL);
    const role = { of: 'role', roleId: ROLE, permissions: null } as const;
    const effect = access.apply([role, left], 12);
    expect([effect.everyone, [...effect.users], access.seq]).toEqual([false, [ADA], 12]);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(NO_RIGHTS);
  });

  it('changes of access are not applied again to a member that was read with them', () => {
    const access = accessOf();
    access.putMember(member, 20);
    expect(access.apply([left], 15).users.size).toBe(0);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(READ_ALL);
    access.putMember({ ...member, left: true }, 14);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(READ_ALL);
  });

  it('changes of access are kept for a member that is being read, and dropped for others', () => {
    const access = accessOf({ members: [] });
    access.expectMember(ADA);
    access.apply([left], 11);
    expect(access.knowsMember(ADA)).toBe(false);
    access.putMember(member, 10);
    expect([access.knowsMember(ADA), access.rights(viewer, TEXT, NOW).see]).toEqual([true, false]);
    access.forgetMember(ADA);
    expect(access.apply([left], 12).users.size).toBe(0);
    expect(access.knowsMember(ADA)).toBe(false);
  });

  it('changes of access to a channel also name its threads', () => {
    const { channels, everyone } = accessOf().apply(
      [{ of: 'channel', channelId: TEXT, type: 0, parentId: null, overwrites: [], deleted: false }],
      11,
    );
    expect([[...channels], everyone]).toEqual([[TEXT, THREAD], false]);
  });
});

describe('principals', () => {
  const staff = (role: 'admin' | 'analyst', guilds?: string[]): Principal => ({
    ...viewer,
    id: 'a program',
    role,
    ...(guilds && { guilds: new Set(guilds) }),
  });

  it('analysts and admins see every channel in their scope', () => {
    const access = accessOf({ roles: [] });
    for (const role of ['admin', 'analyst'] as const) {
      expect(access.rights(staff(role), THREAD, NOW)).toEqual(READ_ALL);
      expect(access.rights(staff(role, [GUILD]), TEXT, NOW)).toEqual(READ_ALL);
      expect(access.rights(staff(role, ['9']), TEXT, NOW)).toEqual(NO_RIGHTS);
      expect([access.seesGuild(staff(role)), access.seesGuild(staff(role, []))]).toEqual([true, false]);
    }
    expect(access.rights(staff('admin'), '99', NOW)).toEqual(NO_RIGHTS);
    expect(accessOf({ present: false }).rights(staff('admin'), TEXT, NOW)).toEqual(NO_RIGHTS);
  });

  it('principals with a narrower scope than their membership are limited to it', () => {
    const access = accessOf({}, [TEXT]);
    const scoped = { ...viewer, guilds: new Set(['9']) };
    expect(access.rights(scoped, TEXT, NOW)).toEqual(NO_RIGHTS);
    expect(access.seesGuild(scoped)).toBe(false);
    expect(access.rights(viewer, TEXT, NOW)).toEqual(READ_ALL);
  });

  it('principals who are not members read public channels and nothing else', () => {
    const access = accessOf({ members: [] }, [VOICE]);
    expect(access.visibleChannels(viewer, NOW)).toEqual([VOICE]);
    expect(access.rights(viewer, VOICE, NOW)).toEqual(READ_ALL);
    expect([access.seesGuild(viewer), accessOf({ members: [] }).seesGuild(viewer)]).toEqual([true, false]);
  });
});

describe('explaining', () => {
  const why = (access: GuildAccess, channelId: string, principal = viewer) => {
    const { see, read, history, steps } = explain(access, principal, channelId, NOW);
    return [see.rule, read.rule, history.rule, steps.map(({ rule }) => rule)];
  };

  it('an explanation names the rule that decided each right, and every step', () => {
    const denied = overwritten([deny(GUILD, READ_MESSAGE_HISTORY), deny(ADA, CONNECT, 'member')]);
    const steps = ['roles', 'everyone_overwrite', 'member_overwrite'];
    expect(why(denied, TEXT)).toEqual(['roles', 'roles', 'everyone_overwrite', steps]);
    expect(why(accessOf(), THREAD)).toEqual([
      'private_thread',
      'private_thread',
      'private_thread',
      ['roles', 'private_thread'],
    ]);
    const silenced = accessOf({ members: [{ ...member, timedOutUntilMs: NOW + 1 }] });
    expect(why(silenced, VOICE)).toEqual(['roles', 'timeout', 'timeout', ['roles', 'timeout']]);
  });

  it.each([
    ['guild_unknown', accessOf({ present: false }), TEXT, viewer],
    ['channel_unknown', accessOf(), '99', viewer],
    ['out_of_scope', accessOf(), TEXT, { ...viewer, guilds: new Set<string>() }],
    ['not_a_member', accessOf({ members: [] }), TEXT, viewer],
    ['guest', accessOf({ members: [{ ...member, guest: true }] }), TEXT, viewer],
    ['public_channel', accessOf({ members: [] }, [TEXT]), TEXT, viewer],
    ['staff', accessOf(), TEXT, { ...viewer, role: 'analyst' as const }],
    ['owner', accessOf({ ownerId: ADA }), TEXT, viewer],
    ['everyone_unknown', accessOf({ roles: [] }), TEXT, viewer],
  ])('an explanation names %s alone', (rule, access, channelId, principal) => {
    expect(why(access, channelId, principal)).toEqual([rule, rule, rule, [rule]]);
  });

  it('an explanation has the bits as a decimal and by name', () => {
    const { steps, ...rest } = explain(accessOf(), viewer, VOICE, NOW);
    const decided = { allowed: true, rule: 'roles' };
    const ids = { guildId: GUILD, channelId: VOICE, userId: ADA };
    expect(rest).toEqual({ ...ids, see: decided, read: decided, history: decided });
    const permissions = String(VIEW_CHANNEL | READ_MESSAGE_HISTORY | CONNECT);
    const names = ['VIEW_CHANNEL', 'READ_MESSAGE_HISTORY', 'CONNECT'];
    expect(steps).toEqual([{ rule: 'roles', ids: [GUILD, ROLE], permissions, names }]);
  });

  it('users who manage threads see private ones', () => {
    const roles = [...facts.roles.slice(0, 1), { id: ROLE, permissions: String(MANAGE_THREADS) }];
    expect(why(accessOf({ roles }), THREAD)).toEqual(['roles', 'roles', 'roles', ['roles']]);
  });
});

describe('the audit log of a guild', () => {
  const views = (changed: Partial<GuildFacts>, principal = viewer) =>
    accessOf(changed).viewsAuditLog(principal, NOW);
  const granted = { roles: [{ id: GUILD, permissions: String(VIEW_AUDIT_LOG) }] };
  const staff: Principal = { ...viewer, id: 'service', role: 'analyst' };

  it.each([
    ['a member with a role that grants it', true, granted, viewer],
    ['a member without such a role', false, {}, viewer],
    ['the owner', true, { ownerId: ADA }, viewer],
    ['a former member', false, { ...granted, members: [{ ...member, left: true }] }, viewer],
    ['a guest', false, { ...granted, members: [{ ...member, guest: true }] }, viewer],
    [
      'a member during a timeout',
      false,
      { ...granted, members: [{ ...member, timedOutUntilMs: NOW + 1 }] },
      viewer,
    ],
    [
      'a member after a timeout',
      true,
      { ...granted, members: [{ ...member, timedOutUntilMs: NOW }] },
      viewer,
    ],
    [
      'a member whose roles are not known',
      false,
      { ...granted, members: [{ ...member, roleIds: null }] },
      viewer,
    ],
    ['an unknown user', false, { ...granted, members: [] }, viewer],
    ['staff', true, {}, staff],
    ['staff of other guilds', false, {}, { ...staff, guilds: new Set(['9']) }],
    ['staff after the bot left', false, { present: false }, staff],
  ])('the audit log of a guild is visible to %s: %s', (_, expected, changed, principal) => {
    expect(views(changed, principal)).toBe(expected);
  });

  it('the right to the audit log decides who receives moderation events, whatever their channel', () => {
    const entry = { type: 'moderation.recorded', channelId: TEXT } as const;
    expect(accessOf(granted).receives(viewer, entry, NOW)).toBe(true);
    expect(accessOf().receives(viewer, entry, NOW)).toBe(false);
    expect(accessOf().receives(viewer, { type: 'message.created', channelId: TEXT }, NOW)).toBe(true);
  });
});
