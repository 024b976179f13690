import type { RestMemberPage, RestRole } from '@discord-relay/contracts';
import { patientFetch } from '../../testing/patient-fetch.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { GUILD, OTHER_GUILD, VIEWER } from '../../testing/world.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  const { world } = gateway;
  await world.query('DELETE FROM members WHERE guild_id = $1 AND user_id <> $2', [GUILD, VIEWER]);
  for (const [id, nick, left] of [
    [901, 'Ann', false],
    [902, null, false],
    [903, null, true],
  ] as const)
    await world.query(
      `INSERT INTO members (guild_id, user_id, username, profile, nick, role_ids, joined_at, left_at, seq)
       VALUES ($1, $2, $3, $4, $5, '{701}', '2026-01-01Z', $6, 1)`,
      [GUILD, id, `user ${id}`, { globalName: 'G', bot: id === 902 }, nick, left ? '2026-02-01Z' : null],
    );
  await world.query(
    `INSERT INTO roles (id, guild_id, name, permissions, position, color, hoist, seq)
     VALUES (701, $1, 'Staff', '0', 9, 3447003, true, 1)`,
    [GUILD],
  );
}, 60_000);
afterAll(() => gateway?.stop());

async function get<T>(path: string, claims: Record<string, unknown> = { role: 'analyst' }): Promise<T> {
  const headers = { authorization: `Bearer ${await tokenFor(claims)}` };
  const response = await patientFetch(`${gateway.url}/api/v1/guilds/${path}`, { headers });
  return (await response.json()) as T;
}

describe('members and roles', () => {
  it('members and roles are listed in pages, without members who left', async () => {
    const first = await get<RestMemberPage>(`${GUILD}/members?limit=2`);
    expect(first.members.map(({ userId }) => userId)).toEqual([VIEWER, '901']);
    expect(first.next).toBe('901');
    const rest = await get<RestMemberPage>(`${GUILD}/members?limit=2&after=${first.next}`);
    expect(rest).toEqual({
      members: [
        {
          userId: '902',
          username: 'user 902',
          nick: null,
          globalName: 'G',
          avatar: null,
          bot: true,
          roleIds: ['701'],
          joinedAt: '2026-01-01T00:00:00.000Z',
          timedOutUntil: null,
        },
      ],
      next: null,
    });
  });

  it('members are found by their ids, without those who left', async () => {
    const found = await get<RestMemberPage>(`${GUILD}/members?ids=902,901,903,904`);
    expect(found.members.map(({ userId }) => userId)).toEqual(['901', '902']);
    expect(found.next).toBeNull();
    for (const ids of ['901,x', '', Array(101).fill('901').join(',')])
      expect(await get(`${GUILD}/members?ids=${ids}`)).toMatchObject({ code: 'REQUEST.INVALID' });
  });

  it('members and roles have colours and an order', async () => {
    const [highest] = await get<RestRole[]>(`${GUILD}/roles`);
    expect(highest).toEqual({ id: '701', name: 'Staff', color: 3447003, position: 9, hoist: true });
  });

  it('members and roles are visible to members of the guild and to nobody else', async () => {
    const viewer = { role: 'viewer', sub: VIEWER };
    expect(await get(`${GUILD}/members`, viewer)).toHaveProperty('members');
    const stranger = { role: 'viewer', sub: '987654' };
    for (const path of [`${OTHER_GUILD}/members`, `${OTHER_GUILD}/roles`, `${GUILD}/members`])
      expect(await get(path, stranger)).toMatchObject({ code: 'GUILD.NOT_FOUND' });
  });
});
