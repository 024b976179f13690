import { WebSocket } from 'ws';
import { startSimulator, type Simulator } from '../../simulator.js';
import { until } from '../../testing/bot-client.js';
import { RawClient } from '../../testing/raw-client.js';

type Answer = Record<string, unknown>;

let sim: Simulator;
let clients: RawClient[];

beforeEach(async () => {
  sim = await startSimulator({ historyPerChannel: 3, guilds: 1 });
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await sim.close();
});

const control = async (method: string, path: string, body?: object) => {
  const headers = { 'content-type': 'application/json' };
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const response = await fetch(`${sim.url}/_sim/faults/${path}`, init);
  return (await response.json()) as Answer;
};
const request = (path: string, init: RequestInit = {}) =>
  fetch(`${sim.url}/api/v10${path}`, { headers: { authorization: 'Bot x' }, ...init });
const textChannel = () => [...sim.world.channels.values()].find(({ type }) => type === 0)!;
const connect = async () => {
  const client = new RawClient(sim.gatewayUrl);
  clients.push(client);
  await until(() => client.find(10) !== undefined || client.closeCode !== null);
  return client;
};
const identified = async () => {
  const client = await connect();
  client.identify();
  await until(() => client.find(0, 'GUILD_CREATE') !== undefined);
  return client;
};
const sessionOf = (client: RawClient) => (client.find(0, 'READY')?.d as { session_id: string }).session_id;

describe('answers on demand', () => {
  it('a rule replaces the response of a route by any status, header and body, a given number of times', async () => {
    const messages = `/channels/${textChannel().id}/messages`;
    await control('POST', 'answers', {
      method: 'GET',
      path: '/channels/*/messages',
      status: 404,
      body: { error: 'no route' },
      headers: { 'x-proxy': 'yes' },
      times: 2,
    });
    for (const _ of [1, 2]) {
      const answer = await request(messages);
      expect([answer.status, answer.headers.get('x-proxy'), await answer.json()]).toEqual([
        404,
        'yes',
        { error: 'no route' },
      ]);
    }
    expect((await request(messages)).status).toBe(200);
  });

  it('a rule can send text that is not JSON, and applies to its method, path and query only', async () => {
    const { id, guildId } = textChannel();
    const html = { text: '<h1>Bad gateway</h1>', status: 200, headers: { 'content-type': 'text/html' } };
    await control('POST', 'answers', {
      path: '/channels/*/messages',
      method: 'GET',
      query: 'after=',
      ...html,
    });
    expect(await (await request(`/channels/${id}/messages?after=1`)).text()).toBe(html.text);
    expect((await request(`/channels/${id}/messages?before=${id}`)).status).toBe(200);
    expect((await request(`/channels/${id}/messages/1?after=1`)).status).toBe(404);
    expect((await request(`/guilds/${guildId}`)).status).toBe(200);
    await control('POST', 'answers', { path: '/guilds/**', status: 418 });
    expect((await request(`/guilds/${guildId}/channels`)).status).toBe(418);
  });

  it('a rule omits and writes keys of the own response, and reverses a list', async () => {
    const { id, guildId } = textChannel();
    await control('POST', 'answers', { path: '/guilds/*', edits: { omit: ['roles'], set: { name: 7 } } });
    const guild = (await (await request(`/guilds/${guildId}`)).json()) as Answer;
    expect([guild.id, guild.roles, guild.name]).toEqual([guildId, undefined, 7]);
    const ids = async () =>
      ((await (await request(`/channels/${id}/messages`)).json()) as Answer[]).map((each) => each.id);
    const newestFirst = await ids();
    expect(newestFirst).toHaveLength(3);
    await control('POST', 'answers', {
      path: '/channels/*/messages',
      edits: { reverse: true, first: 2, omit: ['*.author'] },
    });
    expect(await ids()).toEqual([...newestFirst].reverse().slice(0, 2));
  });

  it('a rule holds a request until it is released, for a time, or forever', async () => {
    const { id: rule } = await control('POST', 'answers', { path: '/users/@me', hold: true, times: 1 });
    const answer = request('/users/@me');
    await until(() => sim.answers.heldBy() === 1);
    expect(await control('GET', 'answers')).toEqual({ held: 1, answers: [] });
    expect(await control('POST', `answers/${String(rule)}/release`)).toEqual({ released: 1 });
    expect((await answer).status).toBe(200);
    await control('POST', 'answers', { path: '/users/@me', delayMs: 120 });
    const beganMs = performance.now();
    await request('/users/@me');
    expect(performance.now() - beganMs).toBeGreaterThan(100);
    await control('POST', 'answers', { path: '/gateway/bot', hold: true });
    const other = request('/gateway/bot');
    await until(() => sim.answers.heldBy() === 1);
    await fetch(`${sim.url}/_sim/faults`, { method: 'DELETE' });
    expect((await other).status).toBe(200);
    expect(await control('GET', '')).toMatchObject({ answers: [], ops: [], dispatches: [], sessionId: null });
  });

  it('a rule can close the connection without a response', async () => {
    await control('POST', 'answers', { path: '/users/@me', hangUp: true, times: 1 });
    await expect(request('/users/@me')).rejects.toThrow('fetch failed');
    expect((await request('/users/@me')).status).toBe(200);
  });

  it('a rule replaces the WebSocket handshake too, like a proxy', async () => {
    await control('POST', 'answers', {
      method: 'upgrade',
      path: '/gateway',
      status: 502,
      text: 'no',
      times: 1,
    });
    const socket = new WebSocket(sim.gatewayUrl);
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toMatch(/502/);
    await identified();
  });

  it('rules are removed by their id, and rejected if they contradict themselves', async () => {
    const { id } = await control('POST', 'answers', { path: '/users/@me', status: 500 });
    expect(await control('DELETE', `rules/${String(id)}`)).toEqual({ removed: 1 });
    expect((await request('/users/@me')).status).toBe(200);
    expect(await control('DELETE', `rules/${String(id)}`)).toMatchObject({ code: 'SIM.UNKNOWN_RULE' });
    expect(await control('POST', 'answers', { path: '/x', body: 1, text: 'x' })).toMatchObject({
      code: 'SIM.INVALID_BODY',
    });
  });
});

describe('a gateway that misbehaves', () => {
  it.each([1006, 1000, 1001, 4000])(
    'a gateway that misbehaves closes with %d instead of answering RESUME',
    async (code) => {
      const client = await identified();
      await control('POST', 'ops', { op: 'RESUME', code, times: 2 });
      for (const expected of [code, code, null]) {
        const next = await connect();
        next.send(6, { token: 'x', session_id: sessionOf(client), seq: 1 });
        await until(() => next.closeCode !== null || next.find(0, 'RESUMED') !== undefined);
        expect(next.closeCode).toBe(expected);
      }
    },
  );

  it('a gateway that misbehaves closes on other payloads, of one shard, until the rule is removed', async () => {
    const client = await identified();
    const { id } = await control('POST', 'ops', { op: 'IDENTIFY', code: 4004, shardId: 1 });
    await identified();
    const refused = await connect();
    refused.identify({ shard: [1, 2] });
    await until(() => refused.closeCode === 4004);
    await control('DELETE', `rules/${String(id)}`);
    await control('POST', 'ops', { op: 'HEARTBEAT', code: 4009, times: 1 });
    client.send(1, 1);
    await until(() => client.closeCode === 4009);
    await control('POST', 'ops', { op: 'CONNECT', code: 1006, times: 1 });
    expect((await connect()).closeCode).toBe(1006);
  });

  it('a gateway that misbehaves does not answer a payload if the rule has no code', async () => {
    const client = await identified();
    await control('POST', 'ops', { op: 1, times: 1 });
    client.send(1, 1);
    client.send(1, 2);
    await until(() => client.find(11) !== undefined);
    expect(client.received.filter(({ op }) => op === 11)).toHaveLength(1);
  });

  it('a gateway that misbehaves omits keys of dispatches, even in a replay, but sends a dispatch on demand unchanged', async () => {
    await control('POST', 'dispatches', { t: 'GUILD_CREATE', edits: { omit: ['channels.*.name', 'roles'] } });
    const client = await identified();
    const guild = client.find(0, 'GUILD_CREATE')!.d as { channels: Answer[]; roles: unknown };
    expect(guild.channels.map(({ name }) => name)).toEqual(guild.channels.map(() => undefined));
    expect(guild.roles).toBeUndefined();
    const again = await connect();
    again.send(6, { token: 'x', session_id: sessionOf(client), seq: 1 });
    await until(() => again.find(0, 'RESUMED') !== undefined);
    expect(again.find(0, 'GUILD_CREATE')?.d).toEqual(guild);
    const d = { id: '900000000000000001', roles: null };
    sim.faults.dispatch('GUILD_CREATE', d);
    await until(() => again.received.at(-1)?.t === 'GUILD_CREATE');
    expect(again.received.at(-1)?.d).toEqual(d);
  });

  it('a gateway that misbehaves gives every session the same id, and each starts with 1', async () => {
    await control('POST', 'session-id', { id: 'same' });
    const first = await identified();
    const second = await identified();
    expect([sessionOf(first), sessionOf(second)]).toEqual(['same', 'same']);
    expect(second.find(0, 'READY')?.s).toBe(1);
    expect([...sim.gateway.sessions.all()].map(({ id }) => id)).toEqual(['same']);
    expect(sim.gateway.sessions.sent.page('same', 0, 10)?.entries[0]).toMatchObject({ s: 1, t: 'READY' });
  });
});
