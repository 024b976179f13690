import { startSimulator, type Simulator } from '@discord-relay/discord-simulator';
import { until } from '@discord-relay/local-stack';
import { cliSchema } from '../../apps/cli/src/config.js';
import { buildProgram } from '../../apps/cli/src/program.js';
import { startGateway, type TestGateway } from '../../apps/gateway-api/src/testing/gateway.js';
import { SocketClient } from '../../apps/gateway-api/src/testing/socket-client.js';
import { SECRET } from '../../apps/gateway-api/src/testing/tokens.js';

/** The gateway's URL for browsers; the test plays the browser and the proxy. */
const PUBLIC_URL = 'https://relay.example';
const CLIENT_ID = '2000000000000001';

let simulator: Simulator;
let gateway: TestGateway;
let replica: TestGateway;
/** Browsers see it below a path prefix, which a proxy strips. */
let prefixed: TestGateway;
let user: { id: string; username: string };

beforeAll(async () => {
  simulator = await startSimulator({
    historyPerChannel: 0,
    oauthClientId: CLIENT_ID,
    oauthClientSecret: 'hush',
  });
  user = [...simulator.world.users.values()].find(({ bot }) => !bot)!;
  const env = {
    PUBLIC_URL,
    DISCORD_CLIENT_ID: CLIENT_ID,
    DISCORD_CLIENT_SECRET: 'hush',
    DISCORD_API_URL: `${simulator.url}/api`,
  };
  gateway = await startGateway(env);
  const shared = { NATS_URL: gateway.nats.url, DATABASE_URL: gateway.databaseLine.url };
  replica = await startGateway({ ...env, ...shared });
  prefixed = await startGateway({ ...env, ...shared, PUBLIC_URL: `${PUBLIC_URL}/relay` });
}, 60_000);

afterAll(async () => {
  await prefixed?.stop();
  await replica?.stop();
  await gateway?.stop();
  await simulator?.close();
});

/** A minimal browser for log-ins: stores cookies, and follows redirects one at a time. */
class Browser {
  readonly cookies = new Map<string, string>();
  /** Every Set-Cookie received. */
  readonly set: string[] = [];

  async get(path: string, at = gateway): Promise<{ status: number; location: string }> {
    const response = await this.send(path, { redirect: 'manual' }, at);
    return { status: response.status, location: response.headers.get('location') ?? '' };
  }

  async post(path: string, headers: Record<string, string> = OWN_PAGE, at = gateway) {
    const response = await this.send(path, { method: 'POST', headers }, at);
    const text = await response.text();
    const body = (text ? JSON.parse(text) : {}) as { token: string; expiresIn: number; code: string };
    return { status: response.status, ...body };
  }

  /** Goes to Discord, decides there, and returns to any replica. Returns the final location. */
  async logIn(decision = `user=${user.id}&approve=true`, returnTo = '/channels/1?a=b', back = gateway) {
    const begun = await this.get(`/api/auth/discord?returnTo=${encodeURIComponent(returnTo)}`);
    const allowed = await fetch(`${begun.location}&${decision}`, { redirect: 'manual' });
    return this.get(pathOf(allowed.headers.get('location')!), back);
  }

  private async send(path: string, init: RequestInit, at: TestGateway): Promise<Response> {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(`${at.url}${path}`, { ...init, headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      this.set.push(line);
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value) this.cookies.set(name!, value);
      else this.cookies.delete(name!);
    }
    return response;
  }
}

const OWN_PAGE = { origin: PUBLIC_URL, 'x-relay-csrf': '1' };
const pathOf = (url: string) => url.replace(new URL(url).origin, '');
const failed = { status: 302, location: '/?login_error=AUTH.LOGIN_FAILED' };

async function request(token: string, path: string, at = gateway) {
  const response = await fetch(`${at.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as Record<string, unknown>;
}

async function loggedIn(): Promise<{ browser: Browser; token: string }> {
  const browser = new Browser();
  await browser.logIn();
  return { browser, token: (await browser.post('/api/auth/refresh')).token };
}

describe('log-in with Discord', () => {
  it('a log-in with Discord requests only the user’s identity from Discord, with a challenge', async () => {
    const { status, location } = await new Browser().get('/api/auth/discord');
    expect(status).toBe(302);
    const { origin, pathname, searchParams } = new URL(location);
    expect([origin, pathname]).toEqual([new URL(simulator.url).origin, '/oauth2/authorize']);
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      scope: 'identify',
      redirect_uri: `${PUBLIC_URL}/api/auth/discord/callback`,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('a log-in with Discord starts on one replica, ends on another, and leads back to where it started', async () => {
    const browser = new Browser();
    expect(await request('', '/api/auth/methods')).toMatchObject({
      discord: `${PUBLIC_URL}/api/auth/discord`,
    });
    expect(await browser.logIn(undefined, undefined, replica)).toEqual({
      status: 302,
      location: '/channels/1?a=b',
    });
    const { token, expiresIn } = await browser.post('/api/auth/refresh');
    expect(expiresIn).toBe(900);
    expect(await request(token, '/api/auth/me', replica)).toMatchObject({
      id: user.id,
      role: 'viewer',
      username: user.username,
    });
    const socket = new SocketClient(gateway.url, { token });
    await socket.connected();
    expect(await socket.waitFor('user_info')).toEqual([
      { id: user.id, role: 'viewer', username: user.username },
    ]);
    socket.close();
  });

  it('a log-in with Discord hides its cookies from scripts, other sites and plain http, and keeps tokens out of URLs', async () => {
    const { browser } = await loggedIn();
    const kept = browser.set.filter((line) => !line.includes('Expires=Thu, 01 Jan 1970'));
    expect(kept.map((line) => line.split('=')[0]).sort()).toEqual(
      ['login', 'refresh', 'refresh', 'access', 'access'].map((name) => `__Secure-relay_${name}`).sort(),
    );
    for (const line of kept) {
      expect(line).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
      expect(line).toMatch(/; Path=\/api\/(auth|stream);/);
    }
  });

  it('a log-in with Discord fails without harm when it is cancelled, repeated or completed by another browser', async () => {
    expect(await new Browser().logIn('approve=false')).toEqual(failed);
    const begun = await new Browser().get('/api/auth/discord');
    const allowed = await fetch(`${begun.location}&user=${user.id}&approve=true`, { redirect: 'manual' });
    const callback = pathOf(allowed.headers.get('location')!);
    const victim = new Browser();
    await victim.get('/api/auth/discord');
    expect(await victim.get(callback)).toEqual(failed);
    expect(await victim.post('/api/auth/refresh')).toMatchObject({ status: 401, code: 'AUTH.SESSION_ENDED' });
    const twice = new Browser();
    const own = await twice.get('/api/auth/discord');
    const sealed = new Map(twice.cookies);
    const back = await fetch(`${own.location}&user=${user.id}&approve=true`, { redirect: 'manual' });
    expect((await twice.get(pathOf(back.headers.get('location')!))).location).toBe('/');
    for (const [name, value] of sealed) twice.cookies.set(name, value);
    expect(await twice.get(pathOf(back.headers.get('location')!))).toEqual(failed);
    expect(await new Browser().get('/api/auth/discord/callback')).toEqual(failed);
  });

  it('a log-in with Discord works below a path prefix, and returns to it', async () => {
    const browser = new Browser();
    const begun = await browser.get('/api/auth/discord?returnTo=/relay/channels/1', prefixed);
    const redirect = new URL(begun.location).searchParams.get('redirect_uri');
    expect(redirect).toBe(`${PUBLIC_URL}/relay/api/auth/discord/callback`);
    const allowed = await fetch(`${begun.location}&user=${user.id}&approve=true`, { redirect: 'manual' });
    const callback = pathOf(allowed.headers.get('location')!);
    expect(callback).toMatch(/^\/relay\//);
    const back = await browser.get(callback.slice('/relay'.length), prefixed);
    expect(back.location).toBe('/relay/channels/1');
    for (const line of browser.set) expect(line).toMatch(/; Path=\/relay\/api\/(auth|stream);/);
    expect((await browser.post('/api/auth/refresh', OWN_PAGE, prefixed)).status).toBe(200);
    const failed = await new Browser().get('/api/auth/discord/callback', prefixed);
    expect(failed.location).toBe('/relay/?login_error=AUTH.LOGIN_FAILED');
  });

  it('a log-in with Discord never leads to another site afterwards', async () => {
    for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example'])
      expect((await new Browser().logIn(undefined, elsewhere)).location).toBe('/');
  });
});

describe('a session', () => {
  it.each([
    ['no origin', { 'x-relay-csrf': '1' }],
    ['another origin', { ...OWN_PAGE, origin: 'https://evil.example' }],
    ['no header', { origin: PUBLIC_URL }],
  ])('a session is not renewed or ended with %s', async (_, headers) => {
    const { browser } = await loggedIn();
    for (const path of ['/api/auth/refresh', '/api/auth/logout'])
      expect(await browser.post(path, headers)).toMatchObject({ status: 403, code: 'AUTH.FORBIDDEN' });
    expect((await browser.post('/api/auth/refresh')).status).toBe(200);
  });

  it('a session ends everywhere on a log-out, and its connections with it', async () => {
    const { browser, token } = await loggedIn();
    const sockets = [gateway, replica].map(({ url }) => new SocketClient(url, { token }));
    await Promise.all(sockets.map((socket) => socket.connected()));
    expect((await browser.post('/api/auth/logout')).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    await expectEnd(token);
    for (const socket of sockets) {
      await until('the socket is closed', 5_000, () => socket.socket.disconnected || undefined);
      expect(socket.lastError()).toMatchObject({ code: 'AUTH.TOKEN_REVOKED' });
    }
    const late = new SocketClient(replica.url, { token });
    await expect(late.connected()).rejects.toMatchObject({ data: { code: 'AUTH.TOKEN_REVOKED' } });
  });

  it('a session ends everywhere when a used refresh token is used again', async () => {
    const { browser, token } = await loggedIn();
    const thief = new Browser();
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    await browser.post('/api/auth/refresh');
    await browser.post('/api/auth/refresh');
    expect(await thief.post('/api/auth/refresh')).toMatchObject({ status: 401, code: 'AUTH.SESSION_ENDED' });
    expect(await browser.post('/api/auth/refresh')).toMatchObject({ status: 401 });
    expect(browser.cookies.size).toBe(0);
    await expectEnd(token);
  });

  it('the log-ins and log-outs of a session are in the audit log, without a token', async () => {
    const { browser, token } = await loggedIn();
    const secrets = [...browser.cookies.values(), token];
    const rows = await until('records', 5_000, async () => {
      const found = await gateway.world.query<{ action: string }>('SELECT * FROM relay.audit');
      const actions = new Set(found.map(({ action }) => action));
      return ['login.discord', 'logout', 'session.reused', 'access.refused'].every((each) =>
        actions.has(each),
      )
        ? found
        : undefined;
    });
    const text = JSON.stringify(rows);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  async function expectEnd(token: string): Promise<void> {
    for (const at of [gateway, replica])
      await until('the token is refused', 5_000, async () =>
        (await request(token, '/api/auth/me', at)).code === 'AUTH.TOKEN_REVOKED' ? true : undefined,
      );
  }
});

describe('relay, the command line', () => {
  async function relay(...args: string[]): Promise<string> {
    const lines: string[] = [];
    const config = () => cliSchema.parse({ RELAY_URL: gateway.url, JWT_SECRET: SECRET });
    const output = { out: (line: string) => lines.push(line), fail: () => lines.push('failed') };
    await buildProgram(config, output).parseAsync(args, { from: 'user' });
    return lines.join('\n');
  }

  it('`relay token` creates, lists and revokes a token without showing it again, and audits everything', async () => {
    const token = await relay('tokens', 'create', '--name', 'report', '--role', 'analyst', '--ttl', '1h');
    expect(await request(token, '/api/auth/me')).toMatchObject({ id: 'token:report', role: 'analyst' });
    const list = await relay('tokens', 'list');
    expect(list).toMatch(/ report +analyst +all +cli:.* valid$/);
    expect(list).not.toContain(token);
    const [id = ''] = list.split('\n').at(-1)!.split(' ');
    expect(await relay('tokens', 'revoke', id)).toBe(`${id} is revoked`);
    await until('the token is refused', 5_000, async () =>
      (await request(token, '/api/auth/me')).code === 'AUTH.TOKEN_REVOKED' ? true : undefined,
    );
    const record = await until('the record', 5_000, async () => {
      const text = await relay('audit', '--limit', '1000');
      return text.includes('token.revoked') ? text : undefined;
    });
    expect(record).toMatch(new RegExp(`token.revoked +cli:\\S+ +\\S+ +${id} +done`));
    await expect(relay('tokens', 'revoke', id.replace(/./g, '0'))).rejects.toThrow(/REQUEST/);
  });
});
