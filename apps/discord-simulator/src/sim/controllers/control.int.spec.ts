import { GatewayDispatchEvents as E } from 'discord-api-types/v10';
import { startSimulator, type Simulator } from '../../simulator.js';
import { contentHash, type LedgerEntry } from '../../state/ledger.js';
import { createBot, until, type BotClient } from '../../testing/bot-client.js';

let sim: Simulator;
let bot: BotClient;
const call = async <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => {
  const response = await fetch(`${sim.url}/_sim/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
};
const post = async <T = { id: string }>(path: string, body: unknown) =>
  (await call<T>('POST', path, body)).body;
const names = () => bot.dispatches.map(({ t }) => t);

beforeEach(async () => {
  sim = await startSimulator({ historyPerChannel: 2 });
  bot = createBot(sim.url);
  await bot.manager.connect();
  await until(() => bot.dispatches.length === 3);
  bot.dispatches.length = 0;
});
afterEach(async () => {
  await bot.stop();
  await sim.close();
});

describe('control API', () => {
  it('the control API creates and deletes guilds and channels, each with its dispatch', async () => {
    const guild = await post<{ id: string; channels: { id: string }[] }>('guilds', {
      name: 'Test Hall',
      channels: [{ name: 'talk' }, { name: 'Voice', type: 'voice' }],
    });
    const channel = await post(`guilds/${guild.id}/channels`, { name: 'news', type: 'announcement' });
    await call('PATCH', `channels/${channel.id}`, { name: 'old-news', topic: 'Yesterday' });
    await call('DELETE', `channels/${channel.id}`);
    await call('PATCH', `guilds/${guild.id}`, { name: 'Test Attic' });
    await call('DELETE', `guilds/${guild.id}`, { unavailable: true });
    await call('PATCH', `guilds/${guild.id}`, { unavailable: false });
    await call('DELETE', `guilds/${guild.id}`);
    await until(() => bot.dispatches.length === 10);
    expect(names()).toEqual([
      E.GuildCreate,
      E.ChannelCreate,
      E.ChannelCreate,
      E.ChannelCreate,
      E.ChannelUpdate,
      E.ChannelDelete,
      E.GuildUpdate,
      E.GuildDelete,
      E.GuildCreate,
      E.GuildDelete,
    ]);
    expect(bot.dispatches[7]?.d).toEqual({ id: guild.id, unavailable: true });
    expect(bot.dispatches[9]?.d).toEqual({ id: guild.id });
    expect(guild.channels).toHaveLength(2);
  });

  it('the control API writes, edits and deletes as users, and the ledger records everything', async () => {
    const { body: state } = await call<{
      guilds: { id: string; channels: { id: string; type: number }[] }[];
    }>('GET', 'state');
    const channel = state.guilds[0]!.channels.find(({ type }) => type === 0)!;
    const before = (await call<{ lastIndex: number }>('GET', 'ledger/summary')).body.lastIndex;
    const path = `channels/${channel.id}/messages`;
    const nasty = "'; DROP TABLE messages; -- <script>alert(1)</script>";
    const first = await post<{ id: string; author: { username: string } }>(path, {
      content: nasty,
      username: 'new-face',
    });
    const second = await post(path, { content: 'two' });
    const third = await post(path, { content: 'three', replyToId: second.id });
    await call('PATCH', `${path}/${first.id}`, { content: 'nicer' });
    await call('DELETE', `${path}/${first.id}`);
    await call('POST', `${path}/bulk-delete`, { ids: [second.id, third.id] });
    await until(() => bot.dispatches.length === 6);
    expect(first.author.username).toBe('new-face');
    const { body } = await call<{ entries: LedgerEntry[] }>('GET', `ledger?after=${before}`);
    expect(body.entries.map(({ kind }) => kind)).toEqual([
      'message.created',
      'message.created',
      'message.created',
      'message.updated',
      'message.deleted',
      'message.bulk_deleted',
    ]);
    expect(body.entries[0]).toMatchObject({
      index: before + 1,
      messageId: first.id,
      contentHash: contentHash(nasty),
    });
    expect(body.entries[5]?.messageIds).toEqual([second.id, third.id]);
  });

  it('the control API runs a scenario of a given length and reports its progress', async () => {
    const started = await post('scenario', {
      messagesPerSecond: 2000,
      count: 400,
      seed: 3,
      editRatio: 0.2,
      deleteRatio: 0.1,
    });
    await until(() => sim.scenarios.all()[0]?.endedAtMs !== null);
    const { body } = await call<{
      scenarios: { id: string; running: boolean; progress: Record<string, number> }[];
    }>('GET', 'scenario');
    const [scenario] = body.scenarios;
    expect(scenario).toMatchObject({ id: started.id, running: false });
    const { created = 0, edited = 0, deleted = 0 } = scenario?.progress ?? {};
    expect(created + edited + deleted).toBe(400);
    await until(() => bot.dispatches.length === 400);
    expect(names().filter((t) => t === 'MESSAGE_UPDATE')).toHaveLength(edited);
  });

  it('the control API generates the same messages from the same seed', async () => {
    const channelIds = [[...sim.world.channels.values()].find(({ type }) => type === 0)!.id];
    const runOnce = async () => {
      const { lastIndex } = sim.ledger.summary();
      const scenario = sim.scenarios.start({
        messagesPerSecond: 5000,
        count: 200,
        seed: 11,
        editRatio: 0.2,
        channelIds,
      });
      await until(() => scenario.endedAtMs !== null);
      return sim.ledger.page(lastIndex, 1000).map(({ kind, contentHash: hash }) => `${kind} ${hash}`);
    };
    expect(await runOnce()).toEqual(await runOnce());
  });

  it('the control API never exceeds the requested rate and stops on request', async () => {
    const { id } = await post('scenario', { messagesPerSecond: 1000 });
    const [scenario] = sim.scenarios.all();
    await until(() => scenario!.progress.created > 100);
    const { body } = await call<{
      running: boolean;
      startedAtMs: number;
      endedAtMs: number;
      progress: { created: number };
    }>('DELETE', `scenario/${id}`);
    const { created } = body.progress;
    expect(body.running).toBe(false);
    expect(created).toBeLessThanOrEqual(body.endedAtMs - body.startedAtMs + 1);
    // While another scenario runs, the stopped one writes nothing more.
    const next = sim.scenarios.start({ messagesPerSecond: 1000, count: 50 });
    await until(() => next.endedAtMs !== null);
    expect(scenario?.progress.created).toBe(created);
    await until(() => bot.dispatches.length === created + 50);
  });

  it('the control API causes connection faults on request and lists sessions', async () => {
    expect((await call('POST', 'connections/drop')).body).toEqual({ connections: 1 });
    await until(() => bot.resumes.length === 1);
    expect((await call('POST', 'connections/drop', { code: 4000 })).body).toEqual({ connections: 1 });
    await until(() => bot.resumes.length === 2);
    expect((await call('POST', 'dispatch', { t: 'NEW_THING', d: { x: 1 } })).body).toEqual({ sessions: 1 });
    await until(() => names().includes('NEW_THING' as E));
    const { body } = await call<{ identifies: number; resumes: number; sessions: object[] }>(
      'GET',
      'sessions',
    );
    expect(body).toMatchObject({
      identifies: 1,
      resumes: 2,
      sessions: [{ shard: [0, 1], connected: true, seq: 6, resumes: 2 }],
    });
  });

  it('the control API rejects invalid requests with a stable code', async () => {
    const refused = async (method: string, path: string, body?: unknown) => {
      const { status, body: answer } = await call<{ code: string }>(method, path, body);
      return [status, answer.code];
    };
    expect(await refused('POST', 'guilds', { title: 'x' })).toEqual([400, 'SIM.INVALID_BODY']);
    expect(await refused('POST', 'scenario', {})).toEqual([400, 'SIM.INVALID_BODY']);
    expect(await refused('POST', 'channels/1/messages', { content: 'x' })).toEqual([
      404,
      'SIM.UNKNOWN_CHANNEL',
    ]);
    expect(await refused('DELETE', 'scenario/99')).toEqual([404, 'SIM.UNKNOWN_SCENARIO']);
    expect(await refused('GET', 'nothing')).toEqual([404, 'SIM.UNKNOWN_ROUTE']);
    const [guild] = sim.world.guilds.keys();
    sim.world.setGuildAvailable(guild!, false);
    const channel = sim.world.channelsOf(guild!).find(({ type }) => type === 0)!;
    expect(await refused('POST', `channels/${channel.id}/messages`, { content: 'x' })).toEqual([
      409,
      'SIM.GUILD_UNAVAILABLE',
    ]);
  });
});
