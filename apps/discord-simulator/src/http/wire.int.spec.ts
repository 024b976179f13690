import { startSimulator, type Simulator } from '../simulator.js';

let sim: Simulator;
let channelId: string;

beforeAll(async () => {
  sim = await startSimulator({ historyPerChannel: 0 });
  channelId = [...sim.world.channels.values()].find(({ name }) => name === 'general')!.id;
});
afterAll(() => sim.close());

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${sim.url}${path}`, {
    ...init,
    headers: { authorization: 'Bot any', 'content-type': 'application/json', ...init.headers },
  });

describe('wire format', () => {
  it.each([
    ['an answer', '/api/v10/users/@me', 200],
    ['an error of a route', '/api/v10/channels/1', 404],
    ['an unknown route', '/api/v10/nothing', 404],
    ['a refusal', '/api/v10/channels/x', 400],
    ['a refused version', '/api/v6/users/@me', 400],
    ['the control API', '/_sim/state', 200],
    ['an error of the control API', '/_sim/nothing', 404],
  ])('%s has exactly the type application/json', async (_title, path, status) => {
    const response = await call(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json']);
    await response.json();
  });

  it('a response 429 has exactly the type application/json too', async () => {
    const fault = { kind: 'rate_limited', requests: 1 };
    await call('/_sim/faults/rest', { method: 'POST', body: JSON.stringify(fault) });
    const response = await call('/api/v10/users/@me');
    expect([response.status, response.headers.get('content-type')]).toEqual([429, 'application/json']);
  });

  it('a response on demand is application/json too, unless the rule sets another type', async () => {
    const rule = { path: '/users/@me', status: 500, body: {}, times: 1 };
    await call('/_sim/faults/answers', { method: 'POST', body: JSON.stringify(rule) });
    const response = await call('/api/v10/users/@me');
    expect([response.status, response.headers.get('content-type')]).toEqual([500, 'application/json']);
  });

  it.each(['/api/v9', '/api/v10', '/api'])('%s serves the same routes', async (root) => {
    const me = (await (await call(`${root}/users/@me`)).json()) as { id: string };
    expect(me.id).toBe(sim.world.bot.id);
    const encoded = await call(`${root}/users/%40me/guilds?limit=1`);
    expect(await encoded.json()).toHaveLength(1);
  });

  it('the REST API accepts snowflakes as JSON integers, without losing a digit', async () => {
    const say = async (text: string) => {
      const response = await call(`/api/v10/channels/${channelId}/messages`, { method: 'POST', body: text });
      expect(response.status).toBe(200);
      return (await response.json()) as { id: string; message_reference?: { message_id: string } };
    };
    const first = await say('{"content":"one"}');
    const second = await say(`{"content":"two","message_reference":{"message_id":${first.id}}}`);
    expect(second.message_reference?.message_id).toBe(first.id);
    const gone = await call(`/api/v10/channels/${channelId}/messages/bulk-delete`, {
      method: 'POST',
      body: `{"messages":[${first.id}, ${second.id}]}`,
    });
    expect([gone.status, sim.world.history(channelId).size]).toEqual([204, 0]);
  });

  it('the REST API answers invalid JSON and invalid fields like Discord', async () => {
    const path = `/api/v10/channels/${channelId}/messages`;
    const broken = await call(path, { method: 'POST', body: '{"content": 12345678901234567890' });
    expect([broken.status, await broken.json()]).toMatchObject([400, { code: 50109 }]);
    const wrong = await call(path, { method: 'POST', body: '{"content": 12345678901234567890}' });
    expect(wrong.status).toBe(200);
    const list = await call(path, { method: 'POST', body: '{"embeds": 12345678901234567890}' });
    expect([list.status, await list.json()]).toMatchObject([400, { code: 50035 }]);
  });

  it('the member search finds members by the beginning of their name', async () => {
    const [guildId = ''] = sim.world.guilds.keys();
    const user = sim.world.createUser('quiet-otter', { globalName: 'Otter' });
    sim.world.members.update(guildId, user.id, { nick: 'Zed' });
    const names = async (query: string) => {
      const response = await call(`/api/v10/guilds/${guildId}/members/search?${query}`);
      return ((await response.json()) as { user: { id: string } }[]).map((member) => member.user.id);
    };
    for (const query of ['query=QUIET', 'query=ott', 'query=zed'])
      expect(await names(query)).toEqual([user.id]);
    expect(await names('query=nobody-of-that-name')).toEqual([]);
    expect((await call(`/api/v10/guilds/${guildId}/members/search`)).status).toBe(400);
  });
});
