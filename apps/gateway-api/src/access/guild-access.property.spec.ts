import fc from 'fast-check';
import {
  anyChange,
  anyGuild,
  applyToModel,
  factsOfModel,
  LAST_MS,
  memberOfModel,
  type ModelGuild,
  PLACES_OF_GUILD,
  USERS,
} from '../testing/random-guild.js';
import { referenceRights } from '../testing/reference-rights.js';
import { touches } from './access-effect.js';
import { GuildAccess } from './guild-access.js';
import type { Principal } from './principal.js';

const NOBODY_PUBLIC: ReadonlySet<string> = new Set();
const viewer = (id: string): Principal => ({ id, role: 'viewer', expiresAtMs: 0 });
const nowMs = fc.integer({ min: 0, max: LAST_MS });
const RUNS = { numRuns: 200 };

const load = (guild: ModelGuild, seq = 0, users: readonly string[] = USERS) =>
  new GuildAccess(factsOfModel(guild, users, seq), NOBODY_PUBLIC);

/** Rights of all users in all channels, as text that shows differences. */
function table(
  rights: (userId: string, channelId: string) => object,
  users: readonly string[] = USERS,
): string[] {
  return users.flatMap((user) =>
    PLACES_OF_GUILD.map((place) => `${user} ${place} ${JSON.stringify(rights(user, place))}`),
  );
}
const tableOf = (access: GuildAccess, atMs: number, users?: readonly string[]) =>
  table((user, place) => access.rights(viewer(user), place, atMs), users);
const expected = (guild: ModelGuild, atMs: number, users?: readonly string[]) =>
  table((user, place) => referenceRights(guild, user, place, atMs), users);

describe('rights in a guild', () => {
  it('rights in a guild match Discord’s rules, for any guild at any time', () => {
    fc.assert(
      fc.property(anyGuild, nowMs, (guild, atMs) => {
        expect(tableOf(load(guild), atMs)).toEqual(expected(guild, atMs));
      }),
      RUNS,
    );
  });

  it('rights after changes equal those of a guild that is read afterwards', () => {
    fc.assert(
      fc.property(anyGuild, fc.array(fc.tuple(anyChange, nowMs), { maxLength: 15 }), (born, changes) => {
        const guild = structuredClone(born);
        const access = load(guild);
        changes.forEach(([change, atMs], i) => {
          applyToModel(guild, change);
          access.apply([change], i + 1);
          expect(tableOf(access, atMs)).toEqual(expected(guild, atMs));
        });
      }),
      RUNS,
    );
  });

  it('rights of a member do not depend on whether the member or the changes are read first', () => {
    const changes = fc.array(anyChange, { minLength: 3, maxLength: 30 });
    const moments = fc.uniqueArray(fc.nat(30), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(anyGuild, changes, moments, nowMs, (born, changes, moments, atMs) => {
        const guild = structuredClone(born);
        const [expectAt, readAt, putAt] = moments.toSorted((a, b) => a - b);
        const access = load(guild, 0, []);
        let read = memberOfModel(guild, USERS[0]!);
        for (let seq = 0; seq <= 31; seq++) {
          const change = changes[seq - 1];
          if (change) applyToModel(guild, change);
          if (change) access.apply([change], seq);
          if (seq === expectAt) access.expectMember(USERS[0]!);
          if (seq === readAt) read = memberOfModel(guild, USERS[0]!);
          if (seq === putAt) access.putMember(read, readAt!);
          const known = seq >= putAt! ? guild : { ...guild, members: new Map() };
          expect(tableOf(access, atMs, [USERS[0]!])).toEqual(expected(known, atMs, [USERS[0]!]));
        }
      }),
      RUNS,
    );
  });

  it('rights change only for users whom the effect of the change names', () => {
    fc.assert(
      fc.property(anyGuild, fc.array(anyChange, { maxLength: 10 }), nowMs, (guild, changes, atMs) => {
        const access = load(guild);
        changes.forEach((change, i) => {
          const before = tableOf(access, atMs);
          const effect = access.apply([change], i + 1);
          const after = tableOf(access, atMs);
          const named = USERS.flatMap((user) => PLACES_OF_GUILD.map((place) => touches(effect, user, place)));
          expect(before.filter((line, n) => line !== after[n] && !named[n])).toEqual([]);
        });
      }),
      RUNS,
    );
  });

  it('rights in a guild are granted and denied often enough here for a meaningful comparison', () => {
    const worlds = fc.sample(fc.tuple(anyGuild, nowMs), 300);
    const lines = worlds.flatMap(([guild, atMs]) => expected(guild, atMs));
    const share = (text: string) => lines.filter((line) => line.includes(text)).length / lines.length;
    for (const text of ['"see":true', '"see":false', '"history":true', '"read":true,"history":false'])
      expect([text, share(text) > 0.02]).toEqual([text, true]);
  });
});
