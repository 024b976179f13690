import { mayManageThreads, mayReadHistory } from './history-permission.js';

const SEE = 1_024n;
const HISTORY = 65_536n;
const MANAGE_THREADS = 17_179_869_184n;
const ADMINISTRATOR = 8n;
const role = (id: string, permissions: bigint) => ({ id, permissions: String(permissions) });
/** A guild with the role @everyone and a role of the member; both grant nothing by default. */
const guild = (...roles: { id: string }[]) => {
  const others = ['1', '2'].filter((id) => roles.every((each) => each.id !== id));
  return { id: '1', owner_id: '9', roles: [...roles, ...others.map((id) => role(id, 0n))] };
};
const overwrite = (id: string, allow: bigint, deny: bigint) => ({
  id,
  allow: String(allow),
  deny: String(deny),
});
const reads = (roles: { id: string }[], overwrites: object[], userId = '5') =>
  mayReadHistory(
    { guild: guild(...roles), member: { roles: ['2'] }, userId },
    { permission_overwrites: overwrites },
  );

describe('mayReadHistory', () => {
  it('the right to read history requires both seeing the channel and reading its history', () => {
    expect(reads([role('1', SEE | HISTORY)], [])).toBe(true);
    expect(reads([role('1', SEE)], [])).toBe(false);
    expect(reads([role('1', HISTORY)], [])).toBe(false);
  });

  it('the right to read history includes what the bot’s roles grant, and no others', () => {
    expect(reads([role('1', SEE), role('2', HISTORY)], [])).toBe(true);
    expect(reads([role('1', SEE), role('3', HISTORY)], [])).toBe(false);
  });

  it('the overwrite of a member has precedence over those of roles, and these over that of @everyone', () => {
    const everyone = [role('1', SEE | HISTORY)];
    expect(reads(everyone, [overwrite('1', 0n, HISTORY)])).toBe(false);
    expect(reads(everyone, [overwrite('2', HISTORY, 0n), overwrite('1', 0n, HISTORY)])).toBe(true);
    expect(reads(everyone, [overwrite('5', 0n, HISTORY), overwrite('2', HISTORY, 0n)])).toBe(false);
  });

  it('administrators and the owner may read all history', () => {
    const denied = [overwrite('1', 0n, SEE | HISTORY)];
    expect(reads([role('2', ADMINISTRATOR)], denied)).toBe(true);
    expect(reads([], denied, '9')).toBe(true);
  });

  it.each([
    ['no roles', { guild: { id: '1' } }],
    ['roles that are no list', { guild: { id: '1', roles: {} } }],
    ['a role of the member that is missing', { guild: { id: '1', roles: [role('1', SEE)] } }],
    ['a role without permissions', { guild: guild(role('1', SEE), { id: '2' }) }],
    ['permissions that are no number', { guild: guild({ id: '1', permissions: 'x' } as { id: string }) }],
    ['a member without roles', { member: {} }],
    ['a channel without overwrites', { channel: {} }],
    ['an overwrite that cannot be read', { channel: { permission_overwrites: [{ id: '1', deny: 'x' }] } }],
  ])('the right to read history is unknown with %s, which is not a refusal', (_, given) => {
    const whole = { guild: guild(role('1', SEE)), member: { roles: ['2'] }, userId: '5' };
    const { channel = { permission_overwrites: [] }, ...reader } = given as { channel?: object };
    expect(mayReadHistory({ ...whole, ...reader }, channel as Record<string, unknown>)).toBeUndefined();
  });

  it('a missing role does not matter if the others suffice, and a missing key is treated as no bits', () => {
    const reader = {
      guild: { id: '1', roles: [role('1', SEE | HISTORY)] },
      member: { roles: ['2'] },
      userId: '5',
    };
    expect(mayReadHistory(reader, { permission_overwrites: [{ id: '1', allow: '0' }] })).toBe(true);
  });
});

describe('mayManageThreads', () => {
  const manages = (permissions: bigint, overwrites: object[] = []) =>
    mayManageThreads(
      { guild: guild(role('1', permissions)), member: { roles: [] }, userId: '5' },
      { permission_overwrites: overwrites },
    );

  it('the right to manage threads follows the channel, where overwrites can grant and deny it', () => {
    expect(manages(SEE | HISTORY)).toBe(false);
    expect(manages(MANAGE_THREADS)).toBe(true);
    expect(manages(MANAGE_THREADS, [overwrite('1', 0n, MANAGE_THREADS)])).toBe(false);
    expect(manages(SEE, [overwrite('5', MANAGE_THREADS, 0n)])).toBe(true);
  });
});
