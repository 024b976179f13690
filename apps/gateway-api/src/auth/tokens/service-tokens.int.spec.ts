import { until } from '@discord-relay/local-stack';
import type { AuditEntry, ServiceToken } from '@discord-relay/contracts';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { patientFetch } from '../../testing/patient-fetch.js';
import { tokenFor } from '../../testing/tokens.js';
import { GUILD, OTHER_GUILD } from '../../testing/world.js';

type Created = ServiceToken & { token: string };

let gateway: TestGateway;
let other: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
  other = await startGateway({ NATS_URL: gateway.nats.url, DATABASE_URL: gateway.databaseLine.url });
});

afterAll(async () => {
  await other?.stop();
  await gateway?.stop();
});

async function request(token: string, path: string, init: RequestInit = {}, at = gateway) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await patientFetch(`${at.url}${path}`, { ...init, headers });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : null) as Record<string, unknown> };
}

const admin = (claims: Record<string, unknown> = {}) => tokenFor({ role: 'admin', ...claims });
const post = async (body: object, claims?: Record<string, unknown>) =>
  request(await admin(claims), '/api/v1/tokens', { method: 'POST', body: JSON.stringify(body) });
const create = async (body: object = {}) =>
  (await post({ name: 'export', role: 'analyst', ...body })).body as unknown as Created;
const revoke = async (id: string, claims?: Record<string, unknown>) =>
  request(await admin(claims), `/api/v1/tokens/${id}`, { method: 'DELETE' });
const refused = async (token: string, at: TestGateway) =>
  (await request(token, '/api/v1/guilds', {}, at)).body.code === 'AUTH.TOKEN_REVOKED' || undefined;

async function audit(query = ''): Promise<AuditEntry[]> {
  return (await request(await admin(), `/api/v1/audit?${query}`)).body as unknown as AuditEntry[];
}

describe('service tokens', () => {
  it('service tokens have the rights of their role and guilds, on every replica, from their creation on', async () => {
    const { token, ...created } = await create({ guilds: [GUILD], expiresInS: 3_600 });
    expect(token).toMatch(/^relay_[\w-]{43}$/);
    expect(created).toMatchObject({ name: 'export', role: 'analyst', guilds: [GUILD], revokedAt: null });
    for (const at of [gateway, other]) {
      expect((await request(token, '/api/v1/guilds', {}, at)).body).toMatchObject([{ id: GUILD }]);
      expect((await request(token, '/api/auth/me', {}, at)).body).toMatchObject({
        id: 'token:export',
        role: 'analyst',
        guilds: [GUILD],
      });
    }
    expect((await request(token, '/api/v1/tokens')).body).toMatchObject({ code: 'AUTH.FORBIDDEN' });
  });

  it('service tokens are shown once and stored as hashes', async () => {
    const { token, id } = await create();
    const { body } = await request(await admin(), '/api/v1/tokens');
    expect(JSON.stringify(body)).toContain(id);
    expect(JSON.stringify(body)).not.toContain(token);
    const rows = await gateway.world.query('SELECT t::text FROM relay.service_tokens t');
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('service tokens are refused on every replica once revoked, even while NATS is unavailable', async () => {
    const tokens = [await create(), await create()];
    for (const { token } of tokens)
      for (const at of [gateway, other]) await request(token, '/api/v1/guilds', {}, at);
    expect((await revoke(tokens[0]!.id)).status).toBe(204);
    for (const at of [gateway, other])
      await until('the token is refused', 5_000, () => refused(tokens[0]!.token, at));
    await gateway.nats.kill();
    expect((await revoke(tokens[1]!.id)).status).toBe(204);
    for (const at of [gateway, other])
      await until('the token is refused', 5_000, () => refused(tokens[1]!.token, at));
    await gateway.nats.restart();
    expect((await revoke(tokens[1]!.id)).status).toBe(204);
  });

  it('service tokens expire', async () => {
    const { token, id } = await create();
    await gateway.world.query(`UPDATE relay.service_tokens SET expires_at = now() WHERE id = $1`, [id]);
    expect((await request(token, '/api/v1/guilds')).body).toMatchObject({ code: 'AUTH.TOKEN_EXPIRED' });
  });

  it('tokens of an admin of some guilds are limited to these guilds, and hidden from admins of others', async () => {
    const scoped = { guilds: [GUILD] };
    const body = { name: 'a', role: 'admin' };
    expect((await post(body, scoped)).body).toMatchObject({ code: 'AUTH.FORBIDDEN' });
    const beyond = await post({ ...body, guilds: [GUILD, OTHER_GUILD] }, scoped);
    expect(beyond.body).toMatchObject({ code: 'AUTH.FORBIDDEN' });
    const { id } = (await post({ ...body, guilds: [GUILD] }, scoped)).body as unknown as Created;
    const seen = await request(await admin({ guilds: [OTHER_GUILD] }), '/api/v1/tokens');
    expect(seen.body).toEqual([]);
    expect((await revoke(id, { guilds: [OTHER_GUILD] })).status).toBe(404);
    expect((await revoke(id, scoped)).status).toBe(204);
  });

  it.each([
    [{}],
    [{ name: '', role: 'admin' }],
    [{ name: 'a', role: 'viewer' }],
    [{ name: 'a\0b', role: 'admin' }],
    [{ name: 'a', role: 'admin', guilds: [] }],
    [{ name: 'a', role: 'admin', guilds: ['x'] }],
    [{ name: 'a', role: 'admin', expiresInS: 0 }],
    [{ name: 'a', role: 'admin', forever: true }],
  ])('a service token cannot be created from %j', async (body) =>
    expect((await post(body)).status).toBe(400),
  );

  it('a service token that does not exist is invalid', async () => {
    for (const token of [`relay_${'A'.repeat(43)}`, 'relay_', `relay_${'A'.repeat(44)}`])
      expect((await request(token, '/api/v1/guilds')).body).toMatchObject({ code: 'AUTH.TOKEN_INVALID' });
    expect((await revoke('1')).status).toBe(400);
    expect((await revoke('00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });
});

describe('the audit log', () => {
  it('the audit log records who created and revoked what, and who was refused how often', async () => {
    const { id } = await create();
    await revoke(id);
    const viewer = await tokenFor({ role: 'viewer' });
    for (let n = 0; n < 3; n++) await request(viewer, '/api/v1/audit');
    const [made, gone] = await until('records', 5_000, async () => {
      const found = (await audit('actor=user-1')).filter(({ target }) => target === id);
      return found.length === 2 ? found.reverse() : undefined;
    });
    expect(made).toMatchObject({ action: 'token.created', address: expect.stringContaining('127.0.0.1') });
    expect(gone).toMatchObject({ action: 'token.revoked', code: null });
    const total = await until('refusals', 5_000, async () => {
      const of = (await audit('action=access.refused')).filter(
        ({ target }) => target === 'GET /api/v1/audit',
      );
      const sum = of.reduce((count, each) => count + each.count, 0);
      return sum >= 3 ? { sum, of } : undefined;
    });
    expect(total.sum).toBe(3);
    expect(total.of[0]).toMatchObject({ actor: 'user-1', code: 'AUTH.FORBIDDEN' });
  });

  it('the audit log is for admins without a guild limit', async () => {
    const scoped = await request(await admin({ guilds: [GUILD] }), '/api/v1/audit');
    expect(scoped.body).toMatchObject({ code: 'AUTH.FORBIDDEN' });
    for (const query of ['limit=0', 'actor=%00', 'before=x', 'action=', 'actor[]=1', 'unknown=1'])
      expect((await request(await admin(), `/api/v1/audit?${query}`)).status).toBe(400);
    expect(await audit('limit=1')).toHaveLength(1);
  });

  it('the audit log waits for its table and delays no request', async () => {
    await gateway.world.query('ALTER TABLE relay.audit RENAME TO away');
    const { id } = await create({ name: 'while away' });
    await gateway.world.query('ALTER TABLE relay.away RENAME TO audit');
    await until('the record', 10_000, async () => (await audit()).find(({ target }) => target === id));
  });
});
