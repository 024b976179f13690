import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelFeed, type Change, type WireHistoryMessage } from '@discord-relay/contracts';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD } from '../../testing/world.js';

let gateway: TestGateway;
let webDir: string;
let changes: Change[];

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'relay-page-'));
  await mkdir(join(webDir, 'assets'));
  await writeFile(join(webDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(webDir, 'assets', 'index-abc123.js'), 'export {};');
  gateway = await startGateway({
    LOCAL_LOGIN: 'true',
    WEB_DIR: webDir,
    CORS_ORIGINS: 'https://app.example',
  });
  changes = [];
  for (let n = 0; n < 5; n++) changes.push(await gateway.world.write());
});

afterAll(async () => {
  await gateway.stop();
  await rm(webDir, { recursive: true });
});

const ANALYST = { role: 'analyst' };
const call = async (path: string, init: RequestInit = {}, claims: Record<string, unknown> = ANALYST) =>
  fetch(`${gateway.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${await tokenFor(claims)}`, ...init.headers },
  });
const json = async (path: string, claims?: Record<string, unknown>): Promise<unknown> =>
  (await call(path, {}, claims)).json();
const idOf = (n: number): string => (changes[n]!.body as { id: string }).id;

async function page(query: string): Promise<string[]> {
  const { messages } = (await json(`/api/v1/channels/${CHANNEL}/messages?${query}`)) as {
    messages: WireHistoryMessage[];
  };
  return messages.map(({ id }) => id);
}

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ status, code, type: 'about:blank', retryable: expect.any(Boolean) });
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
  expect(Object.keys(problem).sort()).toEqual(
    ['code', 'detail', 'requestId', 'retryable', 'status', 'title', 'type'].sort(),
  );
}

describe('guilds and channels', () => {
  it('guilds and channels are listed', async () => {
    expect(await json('/api/v1/guilds')).toEqual([
      { id: GUILD, name: 'First', icon: 'abc' },
      { id: OTHER_GUILD, name: 'Second', icon: null },
    ]);
    expect(await json(`/api/v1/guilds/${GUILD}/channels`)).toMatchObject([
      { id: OTHER_CHANNEL, name: 'top', type: 'text', discordType: 0, serverId: GUILD },
      { id: CHANNEL, name: 'general', type: 'text', discordType: 0, serverId: GUILD },
    ]);
  });

  it('guilds and channels outside the token’s scope do not exist', async () => {
    const claims = { ...ANALYST, guilds: [GUILD] };
    expect(await json('/api/v1/guilds', claims)).toHaveLength(1);
    await expectProblem(
      await call(`/api/v1/guilds/${OTHER_GUILD}/channels`, {}, claims),
      404,
      'GUILD.NOT_FOUND',
    );
    const hidden = await call(`/api/v1/channels/${FAR_CHANNEL}/messages`, {}, claims);
    await expectProblem(hidden, 404, 'CHANNEL.NOT_FOUND');
    await expectProblem(await call('/api/v1/guilds/999/channels'), 404, 'GUILD.NOT_FOUND');
    await expectProblem(await call('/api/v1/channels/999/messages'), 404, 'CHANNEL.NOT_FOUND');
  });
});

describe('history', () => {
  it('history pages by message id, oldest first, with the cursor of the feed', async () => {
    const answer = await json(`/api/v1/channels/${CHANNEL}/messages?limit=2`);
    expect(answer).toMatchObject({ seq: await gateway.world.head(channelFeed(CHANNEL)) });
    expect(await page('limit=2')).toEqual([idOf(3), idOf(4)]);
    expect(await page(`before=${idOf(3)}&limit=2`)).toEqual([idOf(1), idOf(2)]);
    expect(await page(`after=${idOf(1)}&limit=2`)).toEqual([idOf(2), idOf(3)]);
    expect(await page(`around=${idOf(2)}&limit=3`)).toEqual([idOf(1), idOf(2), idOf(3)]);
    expect(await page('')).toHaveLength(5);
    expect(await page(`after=${idOf(4)}`)).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=',
    'limit=1&limit=2',
    'before=x',
    'before=',
    'before[]=1',
    'before=1&after=2',
    'after=1&around=2',
    'before=99999999999999999999',
    'unknown=1',
    "before=1'--",
  ])('history rejects ?%s', async (query) => {
    await expectProblem(await call(`/api/v1/channels/${CHANNEL}/messages?${query}`), 400, 'REQUEST.INVALID');
  });

  it('history rejects invalid ids', async () => {
    await expectProblem(await call('/api/v1/channels/abc/messages'), 400, 'REQUEST.INVALID');
    await expectProblem(await call('/api/v1/guilds/%00/channels'), 400, 'REQUEST.INVALID');
  });
});

describe('problems', () => {
  it('problems explain what is wrong with a token', async () => {
    const none = await fetch(`${gateway.url}/api/v1/guilds`);
    expect(none.headers.get('www-authenticate')).toBe('Bearer');
    await expectProblem(none, 401, 'AUTH.TOKEN_MISSING');
    const withToken = (token: string) =>
      fetch(`${gateway.url}/api/v1/guilds`, { headers: { authorization: `Bearer ${token}` } });
    await expectProblem(await withToken('x.y.z'), 401, 'AUTH.TOKEN_INVALID');
    await expectProblem(await withToken(await tokenFor({ role: 'viewer' }, -1)), 401, 'AUTH.TOKEN_EXPIRED');
  });

  it('problems cover routes that do not exist', async () => {
    await expectProblem(await call('/api/nothing'), 404, 'REQUEST.NOT_FOUND');
    await expectProblem(await call('/api/v1/nothing', { method: 'DELETE' }), 404, 'REQUEST.NOT_FOUND');
  });

  it.each([
    ['PUT', '/api/v1/events/durable', 'GET, HEAD'],
    ['POST', '/api/v1/events/durable?offset=-1', 'GET, HEAD'],
    ['PATCH', '/api/v1/events/durable/', 'GET, HEAD'],
    ['DELETE', '/api/v1/events', 'GET, HEAD'],
    ['POST', '/api/stream', 'GET, HEAD'],
    ['DELETE', '/api/v1/guilds', 'GET, HEAD'],
    ['PUT', `/api/v1/channels/${CHANNEL}/messages`, 'GET, HEAD'],
    ['PATCH', '/api/v1/exports/00000000-0000-4000-8000-000000000000', 'DELETE, GET, HEAD'],
    ['PUT', '/api/v1/exports', 'GET, HEAD, POST'],
  ])('problems name the methods that a resource has: %s %s', async (method, path, allow) => {
    const answer = await fetch(`${gateway.url}${path}`, { method });
    expect(answer.headers.get('allow')).toBe(allow);
    await expectProblem(answer, 405, 'REQUEST.METHOD_NOT_ALLOWED');
  });

  it('problems cover bodies that are too large or not JSON', async () => {
    const post = (body: string) =>
      call('/api/auth/local', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    await expectProblem(await post(JSON.stringify({ a: 'x'.repeat(70_000) })), 413, 'REQUEST.TOO_LARGE');
    await expectProblem(await post('{'), 400, 'REQUEST.INVALID');
    await expectProblem(await post('{"admin":true}'), 400, 'REQUEST.INVALID');
  });

  it('problems contain the caller’s request id if it is valid', async () => {
    const given = await call('/api/nothing', { headers: { 'x-request-id': 'abc-1' } });
    expect(given.headers.get('x-request-id')).toBe('abc-1');
    const odd = await call('/api/nothing', { headers: { 'x-request-id': 'a b<script>' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('local login', () => {
  it('the local log-in returns a valid token where it is allowed', async () => {
    expect(await json('/api/auth/methods')).toEqual({ local: true, discord: null, session: false });
    const response = await fetch(`${gateway.url}/api/auth/local`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    const { token, expiresIn } = (await response.json()) as { token: string; expiresIn: number };
    expect(expiresIn).toBe(43_200);
    const guilds = await fetch(`${gateway.url}/api/v1/guilds`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(guilds.status).toBe(200);
  });
});

describe('health', () => {
  it('health has the documented shape', async () => {
    expect(await json('/api/health')).toEqual({
      status: 'healthy',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      uptime: expect.any(Number),
      connections: { total: 0, discord: 0 },
      memory: { used: expect.stringMatching(/^\d+MB$/), total: expect.stringMatching(/^\d+MB$/) },
      environment: 'test',
      source: {
        state: expect.stringMatching(/^(unknown|disconnected)$/),
        ingestors: 0,
        shards: [],
        lastEventAt: null,
      },
    });
    expect(await json('/api/metrics')).toEqual({
      connections: { total: 0, discord: 0 },
      rooms: { total: 0, channels: 0, activeChannels: [] },
      performance: {
        eventLoopDelay: expect.any(Number),
        cpuUsage: { user: expect.any(Number), system: expect.any(Number) },
      },
    });
  });

  it('requests are measured by route, not by path', async () => {
    await json(`/api/v1/channels/${CHANNEL}/messages`);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('route="/api/v1/channels/:id/messages",method="GET",status="200"');
    expect(metrics).not.toContain(`channels/${CHANNEL}`);
  });
});

describe('the page', () => {
  it('the page is served at its own paths and never cached, unlike its hashed files', async () => {
    for (const path of ['/', '/channels/1']) {
      const response = await fetch(`${gateway.url}${path}`);
      expect(await response.text()).toContain('<title>page</title>');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    }
    const script = await fetch(`${gateway.url}/assets/index-abc123.js`);
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${gateway.url}/assets/gone.js`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/..%2findex.html`)).ok).toBe(false);
  });

  it('the page has security headers', async () => {
    const { headers } = await fetch(`${gateway.url}/`);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('a page of another origin may call the API only if that origin is configured', async () => {
    const from = async (origin: string) =>
      (await fetch(`${gateway.url}/api/live`, { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await from('https://app.example')).toBe('https://app.example');
    expect(await from('https://evil.example')).toBeNull();
  });
});
