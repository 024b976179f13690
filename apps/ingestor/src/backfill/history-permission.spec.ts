import { mayManageThreads, mayReadHistory } from './history-permission.js';

const SEE = 1_024n;
const HISTORY = 65_536n;
const MANAGE_THREADS = 17_179_869_184n;
const ADMINISTRATOR = 8n;
const role = (id: string, permissions: bigint) => ({ id, permissions: String(permissions) });
const guild = (...roles: object[]) => ({ id: '1', owner_id: '9', roles });
const overwrite = (id: string, allow: bigint, deny: bigint) => ({
  id,
  allow: String(allow),
  deny: String(deny),
});
const reads = (roles: object[], overwrites: object[], userId = '5') =>
  mayReadHistory(
    { guild: guild(...roles), member: { roles: ['2'] }, userId },
    { permission_overwrites: overwrites },
  );

describe('mayReadHistory', () => {
  it('needs both to see the channel and to read its history', () => {
    expect(reads([role('1', SEE | HISTORY)], [])).toBe(true);
    expect(reads([role('1', SEE)], [])).toBe(false);
    expect(reads([role('1', HISTORY)], [])).toBe(false);
  });

  it('adds what the bot’s roles give, and no others', () => {
    expect(reads([role('1', SEE), role('2', HISTORY)], [])).toBe(true);
    expect(reads([role('1', SEE), role('3', HISTORY)], [])).toBe(false);
  });

  it('lets the member’s overwrite go before those of roles, and these before everyone’s', () => {
    const everyone = [role('1', SEE | HISTORY)];
    expect(reads(everyone, [overwrite('1', 0n, HISTORY)])).toBe(false);
    expect(reads(everyone, [overwrite('2', HISTORY, 0n), overwrite('1', 0n, HISTORY)])).toBe(true);
    expect(reads(everyone, [overwrite('5', 0n, HISTORY), overwrite('2', HISTORY, 0n)])).toBe(false);
  });

  it('stops at nothing for administrators and the owner', () => {
    const denied = [overwrite('1', 0n, SEE | HISTORY)];
    expect(reads([role('2', ADMINISTRATOR)], denied)).toBe(true);
    expect(reads([], denied, '9')).toBe(true);
  });

  it('reads nonsense as nothing', () => expect(reads([{ id: '1', permissions: 'x' }], [{}])).toBe(false));
});

describe('mayManageThreads', () => {
  const manages = (permissions: bigint, overwrites: object[] = []) =>
    mayManageThreads(
      { guild: guild(role('1', permissions)), member: { roles: [] }, userId: '5' },
      { permission_overwrites: overwrites },
    );

  it('takes the permission of the channel, which overwrites can give and take', () => {
    expect(manages(SEE | HISTORY)).toBe(false);
    expect(manages(MANAGE_THREADS)).toBe(true);
    expect(manages(MANAGE_THREADS, [overwrite('1', 0n, MANAGE_THREADS)])).toBe(false);
    expect(manages(SEE, [overwrite('5', MANAGE_THREADS, 0n)])).toBe(true);
  });
});
