import { createHash } from 'node:crypto';
import { Routes } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../simulator.js';

const HOME = 'http://localhost:9/back?keep=1';
const ALL = 'identify guilds guilds.members.read';
const CLIENT = { client_id: '77', client_secret: 'a secret' };

let sim: Simulator;
let ann: string;
let bob: string;

const authorizeUrl = (extra: Record<string, string> = {}) =>
  `${sim.url}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT.client_id,
    redirect_uri: HOME,
    scope: ALL,
    state: 'a&b',
    ...extra,
  }).toString()}`;
const redirectOf = async (url: string) => {
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location') ?? '').searchParams;
};
const codeFor = async (user: string, extra: Record<string, string> = {}) =>
  (await redirectOf(authorizeUrl({ user, approve: 'true', ...extra }))).get('code') ?? '';
const send = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
  const body = new URLSearchParams(form);
  const response = await fetch(`${sim.url}/api/v10/oauth2/${path}`, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};
const byCode = (code: string) => ({ grant_type: 'authorization_code', code, redirect_uri: HOME });
const login = async (user: string, extra: Record<string, string> = {}) =>
  (await send('token', { ...CLIENT, ...byCode(await codeFor(user, extra)) })).body as {
    access_token: string;
    refresh_token: string;
  };
const get = async (path: string, token: string, type = 'Bearer') => {
  const headers = { authorization: `${type} ${token}` };
  const response = await fetch(`${sim.url}/api/v10${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

beforeEach(async () => {
  sim = await startSimulator({ historyPerChannel: 0, oauthClientSecret: CLIENT.client_secret });
  [ann = '', bob = ''] = [...sim.world.users.values()].filter((user) => !user.bot).map(({ id }) => id);
});
afterEach(() => sim.close());

describe('OAuth2', () => {
  it('the authorization page has links that log a user in and redirect the browser back', async () => {
    const mean = sim.world.createUser('mean', { globalName: '<img src=x>' });
    const response = await fetch(authorizeUrl());
    const page = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page).toContain('&lt;img src=x&gt;');
    const links = Array.from(page.matchAll(/href="([^"]*)"/g), ([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    );
    expect(links).toHaveLength([...sim.world.users.values()].length);
    const back = await redirectOf(
      `${sim.url}/oauth2/authorize${links.find((href) => href.includes(mean.id))}`,
    );
    expect([back.get('keep'), back.get('state'), back.has('code')]).toEqual(['1', 'a&b', true]);
    const cancelled = await redirectOf(`${sim.url}/oauth2/authorize${links.at(-1)}`);
    expect([cancelled.get('error'), cancelled.get('state')]).toEqual(['access_denied', 'a&b']);
  });

  it('a code is bound to its challenge: only the verifier gets tokens, and only once', async () => {
    const verifier = 'a-verifier-of-at-least-forty-three-characters';
    const code_challenge = createHash('sha256').update(verifier).digest('base64url');
    const code = () => codeFor(ann, { code_challenge, code_challenge_method: 'S256' });
    const statusWith = async (extra: Record<string, string>) =>
      (await send('token', { ...CLIENT, ...byCode(await code()), ...extra })).status;
    expect(await statusWith({ code_verifier: verifier })).toBe(200);
    expect([await statusWith({}), await statusWith({ code_verifier: code_challenge })]).toEqual([400, 400]);
    const plain = { ...CLIENT, ...byCode(await codeFor(ann, { code_challenge: verifier })) };
    expect((await send('token', { ...plain, code_verifier: verifier })).status).toBe(200);
    expect((await fetch(authorizeUrl({ code_challenge: 'too-short' }))).status).toBe(400);
  });

  it('a code is exchanged for tokens once, by form or by HTTP Basic', async () => {
    const code = await codeFor(ann);
    const { status, body } = await send('token', { ...CLIENT, ...byCode(code) });
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: 'Bearer',
      access_token: expect.any(String) as string,
      refresh_token: expect.any(String) as string,
      expires_in: 604_800,
      scope: ALL,
    });
    expect(await send('token', { ...CLIENT, ...byCode(code) })).toEqual({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Invalid "code" in request.' },
    });
    const basic = Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64');
    const again = await send('token', byCode(await codeFor(ann)), { authorization: `Basic ${basic}` });
    expect(again.status).toBe(200);
  });

  it('wrong clients and requests are refused with the error codes of OAuth2', async () => {
    const refused = async (form: Record<string, string>) => {
      const { status, body } = await send('token', form);
      return [status, body['error']];
    };
    const code = byCode('x');
    expect(await refused({ ...CLIENT, client_secret: 'wrong', ...code })).toEqual([401, 'invalid_client']);
    expect(await refused(code)).toEqual([401, 'invalid_client']);
    expect(await refused({ ...CLIENT })).toEqual([400, 'unsupported_grant_type']);
    expect(await refused({ ...CLIENT, grant_type: 'refresh_token' })).toEqual([400, 'invalid_request']);
    const wrong: Record<string, string>[] = [
      { scope: 'email' },
      { client_id: 'x' },
      { redirect_uri: 'javascript:alert(1)' },
    ];
    for (const extra of wrong) {
      const response = await fetch(authorizeUrl(extra), { redirect: 'manual' });
      expect([response.status, await response.json()]).toMatchObject([400, { code: 50035 }]);
    }
    expect((await fetch(authorizeUrl({ user: '1', approve: 'true' }), { redirect: 'manual' })).status).toBe(
      404,
    );
  });

  it('a percent-encoded @me is accepted, as route helpers write it', async () => {
    const { access_token: token } = await login(bob);
    expect(await get(Routes.user('@me'), token)).toMatchObject({ status: 200, body: { id: bob } });
    expect(await get('/users/%40me', token)).toEqual(await get('/users/@me', token));
    expect(await get('/users/%40me/guilds?limit=1', token)).toEqual(
      await get('/users/@me/guilds?limit=1', token),
    );
  });

  it('a user’s token reads that user, their guilds and their membership', async () => {
    const [guild, other] = [...sim.world.guilds.keys()] as [string, string];
    sim.world.members.leave(other, bob);
    sim.world.members.update(guild, bob, { nick: 'Bobby' });
    const { access_token: token } = await login(bob);
    expect((await get('/users/@me', token)).body).toMatchObject({ id: bob });
    expect((await get('/users/@me/guilds', token)).body).toMatchObject([{ id: guild, owner: false }]);
    const { body } = await get(`/users/@me/guilds/${guild}/member`, token);
    expect(body).toMatchObject({ nick: 'Bobby', user: { id: bob } });
    expect(await get(`/users/@me/guilds/${other}/member`, token)).toMatchObject({
      status: 404,
      body: { code: 10004 },
    });
    expect((await get('/users/@me', 'any', 'Bot')).body).toMatchObject({ id: sim.world.bot.id, bot: true });
  });

  it('an owner sees their permissions, and only what the scopes cover', async () => {
    const [guild] = sim.world.guilds.values();
    const { access_token: token } = await login(guild!.ownerId, { scope: 'guilds' });
    const { body } = await get('/users/@me/guilds?limit=1&with_counts=true', token);
    const [row] = body as unknown as { owner: boolean; permissions: string }[];
    expect(row).toMatchObject({ owner: true, approximate_member_count: sim.world.users.size });
    expect(BigInt(row!.permissions) & 8n).toBe(8n);
    expect(await get('/users/@me', token)).toMatchObject({ status: 403, body: { code: 50026 } });
    expect(await get(`/guilds/${guild!.id}`, token)).toMatchObject({ status: 401 });
    expect(await get('/users/@me', 'invented')).toMatchObject({ status: 401, body: { code: 0 } });
  });

  it('expired tokens are renewed, and revoked ones rejected', async () => {
    const first = await login(ann);
    const expired = await fetch(`${sim.url}/_sim/oauth2/expire`, { method: 'POST' });
    expect(await expired.json()).toEqual({ accessTokens: 1 });
    expect((await get('/users/@me', first.access_token)).status).toBe(401);
    const form = { ...CLIENT, grant_type: 'refresh_token', refresh_token: first.refresh_token };
    const { body: second } = await send('token', form);
    expect((await get('/users/@me', second['access_token']!)).status).toBe(200);
    expect(await send('token', form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const revoked = await send('token/revoke', { ...CLIENT, token: second['access_token']! });
    expect(revoked).toEqual({ status: 200, body: {} });
    expect((await get('/users/@me', second['access_token']!)).status).toBe(401);
  });
});
