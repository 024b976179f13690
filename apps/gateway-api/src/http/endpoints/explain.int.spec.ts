import type { AccessExplanation, Snowflake } from '@discord-relay/contracts';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, GUILD, MEMBER, OTHER_CHANNEL, VIEWER } from '../../testing/world.js';
import { VIEW_CHANNEL } from '../../access/permissions.js';

const ROLE = '901' as Snowflake;
const VIEWING = String(VIEW_CHANNEL);
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ PUBLIC_CHANNELS: OTHER_CHANNEL });
  const out = { id: GUILD, type: 'role', allow: '0', deny: VIEWING } as const;
  const back = { id: ROLE, type: 'role', allow: VIEWING, deny: '0' } as const;
  await gateway.world.access([
    { of: 'role', roleId: ROLE, permissions: '0' },
    { of: 'member', userId: VIEWER, ...MEMBER, roleIds: [ROLE] },
    { of: 'channel', channelId: CHANNEL, type: 0, parentId: null, overwrites: [out, back], deleted: false },
  ]);
});

afterAll(() => gateway.stop());

const request = async (query: string, claims: Record<string, unknown> = { role: 'admin' }) =>
  fetch(`${gateway.url}/api/v1/access/explain?${query}`, {
    headers: { authorization: `Bearer ${await tokenFor(claims)}` },
  });
const explained = async (user: string, channel: string) =>
  (await (await request(`user=${user}&channel=${channel}`)).json()) as AccessExplanation;

async function expectRefused(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
}

describe('explaining access', () => {
  it('the explanation of access names the rule that lets a member read, and every step', async () => {
    const { steps, ...decided } = await explained(VIEWER, CHANNEL);
    expect(decided).toEqual({
      guildId: GUILD,
      channelId: CHANNEL,
      userId: VIEWER,
      see: { allowed: true, rule: 'role_overwrites' },
      read: { allowed: true, rule: 'role_overwrites' },
      history: { allowed: true, rule: 'roles' },
    });
    expect(steps.map(({ rule, ids }) => [rule, ids])).toEqual([
      ['roles', [GUILD, ROLE]],
      ['everyone_overwrite', [GUILD]],
      ['role_overwrites', [ROLE]],
    ]);
    expect(steps[1]!.names).toEqual(['READ_MESSAGE_HISTORY', 'CONNECT']);
  });

  it('the explanation of access reports users who are not members, and public channels', async () => {
    expect((await explained('999', CHANNEL)).see).toEqual({ allowed: false, rule: 'not_a_member' });
    expect((await explained('999', OTHER_CHANNEL)).history).toEqual({
      allowed: true,
      rule: 'public_channel',
    });
  });

  it('the explanation of access is for admins, within their guilds', async () => {
    const query = `user=${VIEWER}&channel=${CHANNEL}`;
    await expectRefused(await request(query, { role: 'viewer', sub: VIEWER }), 403, 'AUTH.FORBIDDEN');
    await expectRefused(await request(query, { role: 'analyst' }), 403, 'AUTH.FORBIDDEN');
    await expectRefused(await request(query, { role: 'admin', guilds: ['200'] }), 404, 'CHANNEL.NOT_FOUND');
    expect((await request(query, { role: 'admin', guilds: [GUILD] })).status).toBe(200);
  });

  it('the explanation of access accepts only documented requests', async () => {
    await expectRefused(await request(`user=${VIEWER}&channel=999`), 404, 'CHANNEL.NOT_FOUND');
    for (const query of [
      '',
      `user=${VIEWER}`,
      `user=x&channel=${CHANNEL}`,
      `user=1&channel=${CHANNEL}&more=1`,
    ])
      await expectRefused(await request(query), 400, 'REQUEST.INVALID');
  });
});
