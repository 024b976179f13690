import type { Snowflake } from '@discord-relay/contracts';
import fc from 'fast-check';
import type { GuildFacts } from './guild-facts.js';
import { GuildAccess } from './guild-access.js';
import type { Principal } from './principal.js';
import { ThreadRights } from './thread-rights.js';

const NOW = 1_000;
const principal: Principal = { id: '501', role: 'viewer', expiresAtMs: Infinity };
const BITS = [1n << 10n, 1n << 16n, 1n << 34n];
const permissions = fc.subarray(BITS).map((bits) => String(bits.reduce((all, bit) => all | bit, 0n)));
const thread = fc.record({
  id: fc.constantFrom('11', '12', '13', '14', '15', '16'),
  type: fc.constantFrom(10, 11, 12),
  parentId: fc.constantFrom('1', '2', null),
});

it('thread rights are those that the threads have when they are loaded', () => {
  const facts = fc.record({
    everyone: permissions,
    denied: permissions,
    threads: fc.uniqueArray(thread, { selector: ({ id }) => id }),
    joined: fc.subarray(['11', '12', '13', '14', '15', '16']),
    open: fc.subarray(['11', '14', '1']),
  });
  fc.assert(
    fc.property(facts, ({ everyone, denied, threads, joined, open }) => {
      const overwrites = [{ id: '100' as Snowflake, type: 'role' as const, allow: '0', deny: denied }];
      const channels = ['1', '2'].map((id) => ({
        ...{ id, type: 15, parentId: null, deleted: false },
        overwrites: id === '1' ? overwrites : [],
      }));
      const member = {
        userId: '501',
        roleIds: [],
        timedOutUntilMs: 0,
        left: false,
        guest: false,
        threadIds: joined,
      };
      const guild: GuildFacts = {
        ...{ id: '100', present: true, ownerId: null, seq: 1, roles: [{ id: '100', permissions: everyone }] },
        ...{ channels, members: [member] },
      };
      const loaded = threads.map((each) => ({ ...each, overwrites: null, deleted: false }));
      const whole = new GuildAccess({ ...guild, channels: [...channels, ...loaded] }, new Set(open));
      const rights = new ThreadRights(new GuildAccess(guild, new Set(open)), principal, NOW);
      for (const each of threads) expect(rights.of(each)).toEqual(whole.rights(principal, each.id, NOW));
    }),
  );
});
