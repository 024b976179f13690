import { canSeeChannel, canSeeGuild, guildScope } from './access-policy.js';

const principal = { id: 'u', role: 'viewer' as const, expiresAtMs: 0 };
const limited = { ...principal, guilds: new Set(['1']) };

describe('access policy', () => {
  it('lets a token without a scope see every guild', () => {
    expect(canSeeGuild(principal, '1')).toBe(true);
    expect(guildScope(principal)).toBeNull();
  });

  it('limits a token to its guilds and their channels', () => {
    expect([canSeeGuild(limited, '1'), canSeeGuild(limited, '2')]).toEqual([true, false]);
    expect([canSeeChannel(limited, { guildId: '1' }), canSeeChannel(limited, { guildId: '2' })]).toEqual([
      true,
      false,
    ]);
    expect(guildScope(limited)).toEqual(['1']);
  });

  it('lets an empty scope see nothing', () => {
    expect(canSeeGuild({ ...principal, guilds: new Set() }, '1')).toBe(false);
    expect(guildScope({ ...principal, guilds: new Set() })).toEqual([]);
  });
});
