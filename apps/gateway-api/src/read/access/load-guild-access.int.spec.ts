import fc from 'fast-check';
import type pg from 'pg';
import type { Querying } from '../../database/read-model.database.js';
import {
  anyGuild,
  emptyGuild,
  GUILD_ID,
  LAST_MS,
  type ModelGuild,
  PLACES_OF_GUILD,
  USERS,
} from '../../testing/random-guild.js';
import { openReadModel, type TestReadModel } from '../../testing/read-model.js';
import { referenceRights } from '../../testing/reference-rights.js';
import { writeGuild } from '../../testing/write-guild.js';
import type { GuildAccess } from '../../access/guild-access.js';
import { loadGuildAccess, loadGuildAccesses } from './load-guild-access.js';
import { loadMember } from './load-member.js';
import { NO_RIGHTS, READ_ALL } from '../../access/permissions.js';
import type { Principal } from '../../access/principal.js';

const viewer = (id: string): Principal => ({ id, role: 'viewer', expiresAtMs: 0 });
const publicChannels: ReadonlySet<string> = new Set();
const everybody = { userIds: USERS, publicChannels };

let model: TestReadModel;
let pool: pg.Pool;
let query: Querying;

beforeAll(async () => {
  model = await openReadModel();
  ({ pool, query } = model);
});

afterAll(() => model.close());

const rightsOf = (access: GuildAccess, atMs: number) =>
  USERS.flatMap((user) => PLACES_OF_GUILD.map((place) => access.rights(viewer(user), place, atMs)));
const expected = (guild: ModelGuild, atMs: number) =>
  USERS.flatMap((user) => PLACES_OF_GUILD.map((place) => referenceRights(guild, user, place, atMs)));

describe('access that is read from the database', () => {
  it('access that is read from the database matches Discord’s rules, for users read with the guild or alone', async () => {
    const property = fc.asyncProperty(anyGuild, fc.integer({ min: 0, max: LAST_MS }), async (guild, atMs) => {
      await writeGuild(pool, guild, 0);
      expect(rightsOf(await loadGuildAccess(query, GUILD_ID, everybody), atMs)).toEqual(
        expected(guild, atMs),
      );
      const later = await loadGuildAccess(query, GUILD_ID, { userIds: [], publicChannels });
      for (const user of USERS) await loadMember(query, later, user);
      expect(rightsOf(later, atMs)).toEqual(expected(guild, atMs));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('access can be read for some channels only, with everything that decides about them', async () => {
    const property = fc.asyncProperty(anyGuild, fc.constantFrom(...PLACES_OF_GUILD), async (guild, place) => {
      await writeGuild(pool, guild, 0);
      const access = await loadGuildAccess(query, GUILD_ID, { ...everybody, channelIds: [place] });
      for (const user of USERS)
        expect(access.rights(viewer(user), place, 0)).toEqual(referenceRights(guild, user, place, 0));
    });
    await fc.assert(property, { numRuns: 20 });
  });

  it('access that is read from the database is at the newest change of the guild', async () => {
    await writeGuild(pool, emptyGuild(), 42);
    const access = await loadGuildAccess(query, GUILD_ID, everybody);
    expect(access.seq).toBe(42);
    expect(access.apply([{ of: 'guild', ownerId: null, left: true }], 42).everyone).toBe(false);
  });

  it('access that is read from the database contains the requested users and nobody else, and accepts no invalid id', async () => {
    await writeGuild(pool, emptyGuild(), 0);
    const userIds = ['11', 'a program', '', "1'--", '99999999999999999999', '007'];
    const access = await loadGuildAccess(query, GUILD_ID, { userIds, publicChannels });
    expect([...userIds, '12'].map((id) => access.knowsMember(id))).toEqual([
      ...userIds.map(() => true),
      false,
    ]);
    for (const id of userIds) await loadMember(query, access, id);
    expect(userIds.map((id) => access.seesGuild(viewer(id)))).toEqual(userIds.map(() => false));
  });

  it('access that is read from the database is denied to everyone in a guild that does not exist', async () => {
    const guilds = await loadGuildAccesses(query, ['77', '78'], everybody);
    expect([...guilds.keys()]).toEqual(['77', '78']);
    expect(guilds.get('78')!.rights({ ...viewer('1'), role: 'admin' }, '31', 0)).toEqual(NO_RIGHTS);
  });

  it('access that is read from the database includes recently deleted channels, for those who are informed', async () => {
    const guild = emptyGuild();
    guild.roles.set(GUILD_ID, '1024');
    guild.members.set('11', { roleIds: [], timedOutUntil: null, left: false });
    guild.channels.set('31', { type: 0, parentId: null, overwrites: [], deleted: true });
    await writeGuild(pool, guild, 0);
    const access = await loadGuildAccess(query, GUILD_ID, everybody);
    expect([access.rights(viewer('11'), '31', 0), access.mayLearnOf(viewer('11'), '31', 0)]).toEqual([
      NO_RIGHTS,
      true,
    ]);
    await pool.query(`UPDATE channels SET deleted_at = now() - interval '2 days'`);
    const later = await loadGuildAccess(query, GUILD_ID, everybody);
    expect(later.mayLearnOf(viewer('11'), '31', 0)).toBe(false);
  });

  it('access that is read from the database opens public channels to non-members', async () => {
    const guild = emptyGuild();
    guild.channels.set('31', { type: 0, parentId: null, overwrites: null, deleted: false });
    await writeGuild(pool, guild, 0);
    const access = await loadGuildAccess(query, GUILD_ID, {
      userIds: ['99'],
      publicChannels: new Set(['31']),
    });
    expect(access.rights(viewer('99'), '31', 0)).toEqual(READ_ALL);
  });
});
