import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { WebhookAttempt, WebhookEndpoint, WebhookSecret } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { Receiver } from '../testing/receiver.js';
import { tokenFor } from '../testing/tokens.js';
import { GUILD, OTHER_GUILD } from '../testing/world.js';
import { Webhooks } from './webhooks.js';

const ADMIN = { role: 'admin' };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let gateway: TestGateway;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.start();
  gateway = await startGateway({
    WEBHOOK_KEY: randomBytes(32).toString('base64'),
    WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
  });
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  await receiver.stop();
});

async function call(method: string, path: string, body?: object, claims: Record<string, unknown> = ADMIN) {
  const response = await fetch(`${gateway.url}/api/v1/webhooks${path}`, {
    method,
    headers: { authorization: `Bearer ${await tokenFor(claims)}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Record<string, unknown> };
}

async function create(more: object = {}): Promise<WebhookEndpoint & WebhookSecret> {
  const { status, body } = await call('POST', '', { guildId: GUILD, url: receiver.url(), ...more });
  expect(status).toBe(201);
  return body as unknown as WebhookEndpoint & WebhookSecret;
}

describe('webhook endpoints', () => {
  it('webhook endpoints are created, shown, changed and removed', async () => {
    const { secret, previousValidUntil, endedEarly, ...created } = await create({
      types: ['message.created'],
    });
    expect(endedEarly).toBe(0);
    expect(secret).toMatch(/^whsec_/);
    expect(previousValidUntil).toBeNull();
    expect(created).toMatchObject({ guildId: GUILD, channels: null, enabled: true, createdBy: 'user-1' });
    expect((await call('GET', `/${created.id}`)).body).toEqual(created);
    expect((await call('GET', '')).body).toContainEqual(created);
    const changed = await call('PATCH', `/${created.id}`, { types: null, enabled: false, description: 'x' });
    expect(changed.body).toMatchObject({
      types: null,
      disabledReason: 'admin',
      description: 'x',
      url: created.url,
    });
    expect((await call('DELETE', `/${created.id}`)).status).toBe(204);
    expect(await call('GET', `/${created.id}`)).toMatchObject({
      status: 404,
      body: { code: 'WEBHOOK.NOT_FOUND' },
    });
  });

  it('a rotation says how many older secrets end before their time', async () => {
    const { id } = await create();
    const ended: unknown[] = [];
    for (let i = 0; i < 5; i++)
      ended.push((await call('POST', `/${id}/rotate-secret`, { overlapHours: 24 })).body.endedEarly);
    expect(ended).toEqual([0, 0, 0, 1, 1]);
    await call('DELETE', `/${id}`);
  });

  it('webhook endpoints are tested and get events', async () => {
    const { id, secret } = await create();
    const { body } = await call('POST', `/${id}/test`);
    expect(body as unknown as WebhookAttempt).toMatchObject({ delivered: true, status: 204, error: null });
    const change = await gateway.world.say();
    await until('the event', 10_000, () => receiver.ids().includes(`${id}:${change.seq}`) || undefined);
    const mine = receiver.posted.filter((each) => each.id.startsWith(id));
    for (const { text, headers } of mine)
      expect(() => new Webhook(secret).verify(text, headers)).not.toThrow();
    expect(mine.map((each) => each.body.type)).toEqual(['test', 'message.created']);
    const again = await call('POST', `/${id}/deliveries/${id}:${change.seq}/redeliver`);
    expect(again.body).toMatchObject({ id: `${id}:${change.seq}`, delivered: true });
    const { body: listed } = await call('GET', `/${id}/deliveries?state=delivered&limit=1`);
    expect(listed).toMatchObject([{ id: `${id}:${change.seq}`, attempts: 2 }]);
    const { body: older } = await call('GET', `/${id}/deliveries?before=${id}:${change.seq}`);
    expect(older).toEqual([]);
    await call('DELETE', `/${id}`);
  });

  it('an endpoint cannot redeliver what was never posted or is no longer stored', async () => {
    const { id } = await create();
    const never = await call('POST', `/${id}/deliveries/${id}:1/redeliver`);
    expect(never).toMatchObject({ status: 404, body: { code: 'WEBHOOK.NOT_FOUND' } });
    const { seq } = await gateway.world.say();
    await until('on record', 10_000, async () => {
      const { body } = await call('GET', `/${id}/deliveries`);
      return (body as unknown as unknown[]).length > 0 || undefined;
    });
    await gateway.world.forget(seq);
    const gone = await call('POST', `/${id}/deliveries/${id}:${seq}/redeliver`);
    expect(gone).toMatchObject({ status: 410, body: { code: 'WEBHOOK.EVENT_GONE' } });
    await call('DELETE', `/${id}`);
  });

  it('webhook endpoints belong to admins, within their guilds', async () => {
    const { id } = await create();
    for (const role of ['viewer', 'analyst'])
      for (const [method, path] of [
        ['GET', ''],
        ['GET', `/${id}`],
        ['POST', `/${id}/test`],
        ['POST', `/${id}/rotate-secret`],
      ] as const) {
        const body = method === 'POST' ? {} : undefined;
        expect(await call(method, path, body, { role })).toMatchObject({
          status: 403,
          body: { code: 'AUTH.FORBIDDEN' },
        });
      }
    const scoped = { role: 'admin', guilds: [OTHER_GUILD] };
    expect((await call('GET', '', undefined, scoped)).body).toEqual([]);
    for (const [method, path, body] of [
      ['GET', `/${id}`, undefined],
      ['PATCH', `/${id}`, { enabled: false }],
      ['DELETE', `/${id}`, undefined],
      ['POST', `/${id}/rotate-secret`, {}],
      ['POST', `/${id}/replay`, { from: 0 }],
      ['POST', `/${id}/test`, {}],
      ['GET', `/${id}/deliveries`, undefined],
    ] as const)
      expect(await call(method, path, body, scoped)).toMatchObject({ body: { code: 'WEBHOOK.NOT_FOUND' } });
    const foreign = await call('POST', '', { guildId: GUILD, url: receiver.url() }, scoped);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'GUILD.NOT_FOUND' } });
    await call('DELETE', `/${id}`);
  });

  it.each([
    ['no URL', { url: undefined }],
    ['a URL that is none', { url: 'x' }],
    ['a private URL', { url: 'https://10.0.0.1/' }],
    ['an unknown type', { types: ['message.read'] }],
    ['no type at all', { types: [] }],
    ['a channel that is no id', { channels: ['general'] }],
    ['an unknown field', { secret: 'whsec_mine' }],
    ['no guild', { guildId: undefined }],
  ])('webhook endpoints are not created with %s', async (_, more) => {
    const { status } = await call('POST', '', { guildId: GUILD, url: receiver.url(), ...more });
    expect(status).toBe(400);
  });

  it.each([
    ['POST', '/not-an-id/test', {}],
    ['POST', `/${UNKNOWN}/replay`, { from: 'yesterday' }],
    ['POST', `/${UNKNOWN}/replay`, {}],
    ['POST', `/${UNKNOWN}/rotate-secret`, { overlapHours: 1_000 }],
    ['PATCH', `/${UNKNOWN}`, { url: null }],
    ['GET', `/${UNKNOWN}/deliveries?state=lost`, undefined],
    ['GET', `/${UNKNOWN}/deliveries?before=1`, undefined],
    ['POST', `/${UNKNOWN}/deliveries/x/redeliver`, {}],
  ])('webhook endpoints reject %s %s %j', async (method, path, body) =>
    expect(await call(method, path, body)).toMatchObject({ status: 400, body: { code: 'REQUEST.INVALID' } }),
  );

  it('webhook endpoints keep their secrets hidden', async () => {
    const { id, secret } = await create();
    const rotated = await call('POST', `/${id}/rotate-secret`, { overlapHours: 1 });
    expect(rotated.body).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
    const shown = JSON.stringify([await call('GET', ''), await call('GET', `/${id}`)]);
    const stored = JSON.stringify(await gateway.world.query('SELECT * FROM relay.webhook_endpoints'));
    for (const each of [secret, rotated.body.secret as string]) {
      expect(shown).not.toContain(each.slice('whsec_'.length));
      expect(stored).not.toContain(each.slice('whsec_'.length));
    }
    await call('DELETE', `/${id}`);
  });

  it('webhook endpoints are limited in number', async () => {
    const { admin } = gateway.app.get(Webhooks).enabled;
    for (let n = 0; n < 50; n++) await admin.create({}, { guildId: GUILD, url: receiver.url() }, 'test');
    const more = await call('POST', '', { guildId: GUILD, url: receiver.url() });
    expect(more).toMatchObject({ status: 409, body: { code: 'WEBHOOK.TOO_MANY' } });
    await gateway.world.query('DELETE FROM relay.webhook_endpoints');
  });
});

it('the audit log records the administration of webhooks', async () => {
  const { id } = await create();
  await call('DELETE', `/${id}`);
  const actions = await until('the audit', 10_000, async () => {
    const text = 'SELECT action, actor FROM relay.audit WHERE target = $1 ORDER BY id';
    const rows = await gateway.world.query<{ action: string; actor: string }>(text, [id]);
    return rows.length === 2 ? rows : undefined;
  });
  expect(actions).toEqual([
    { action: 'webhook.created', actor: 'user-1' },
    { action: 'webhook.removed', actor: 'user-1' },
  ]);
});

it('webhooks are off without a key', async () => {
  const off = await startGateway();
  const headers = { authorization: `Bearer ${await tokenFor(ADMIN)}` };
  const response = await fetch(`${off.url}/api/v1/webhooks`, { headers });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'WEBHOOK.NOT_CONFIGURED' });
  await off.stop();
});
