import { WebSocket } from 'ws';
import { Routes } from 'discord-api-types/v10';
import type { SimulatorOptions } from '../../options.js';
import { startSimulator, type Simulator } from '../../simulator.js';
import { createBot, until, type BotClient } from '../../testing/bot-client.js';
import { RawClient } from '../../testing/raw-client.js';

let sim: Simulator;
let bot: BotClient | null = null;
const start = async (options: Partial<SimulatorOptions> = {}) => {
  sim = await startSimulator({ historyPerChannel: 0, ...options });
};
const post = async (path: string, body: object = {}) => {
  const response = await fetch(`${sim.url}/_sim/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
};
const get = async (path: string) =>
  (await (await fetch(`${sim.url}/_sim/${path}`)).json()) as Record<string, unknown>;
const connectRaw = async (extra: object = {}) => {
  const client = new RawClient(sim.gatewayUrl);
  await until(() => client.find(10) !== undefined);
  client.identify(extra);
  await until(() => client.received.length > 1 || client.closeCode !== null);
  return client;
};
const say = (content: string) => {
  const channel = [...sim.world.channels.values()].find(({ type }) => type === 0)!;
  return sim.world.createMessage(channel.id, { authorId: sim.world.bot.id, content });
};
const said = (client: RawClient) =>
  client.received
    .filter(({ t }) => t === 'MESSAGE_CREATE')
    .map(({ s, d }) => `${s} ${(d as { content: string }).content}`);
const me = () => fetch(`${sim.url}/api/v10${Routes.user()}`, { headers: { authorization: 'Bot x' } });

afterEach(async () => {
  await bot?.stop();
  bot = null;
  await sim.close();
});

describe('faults of the gateway', () => {
  it('a freeze is silent and sends no acknowledgements until the thaw, which loses nothing', async () => {
    await start();
    const client = await connectRaw();
    await until(() => client.received.length === 4);
    expect(await post('faults/freeze')).toEqual({ connections: 1 });
    say('one');
    say('two');
    client.send(1, 3);
    await until(() => [...sim.gateway.sessions.all()][0]?.heartbeatSeq === 3);
    expect(client.received).toHaveLength(4);
    await post('faults/thaw');
    await until(() => said(client).length === 2);
    expect(said(client)).toEqual(['4 one', '5 two']);
    client.send(1, 5);
    await until(() => client.find(11) !== undefined);
  });

  it('a freeze with a duration thaws by itself', async () => {
    await start();
    const client = await connectRaw();
    await post('faults/freeze', { durationMs: 50 });
    say('kept');
    expect(said(client)).toEqual([]);
    await until(() => said(client).length === 1);
    client.send(1, 4);
    await until(() => client.find(11) !== undefined);
  });

  it('a freeze can acknowledge heartbeats, and single acknowledgements can be left out', async () => {
    await start();
    const client = await connectRaw();
    await post('faults/freeze', { heartbeatAcks: true });
    client.send(1, 3);
    await until(() => client.find(11) !== undefined);
    await post('faults/heartbeat-acks', { count: 2 });
    for (let i = 0; i < 3; i++) client.send(1, i);
    await until(() => client.received.filter(({ op }) => op === 11).length === 2);
    expect([...sim.gateway.sessions.all()][0]?.heartbeatSeq).toBe(2);
  });

  it('repeated dispatches have the same number, reordered ones arrive newest first', async () => {
    await start();
    const client = await connectRaw();
    say('one');
    say('two');
    expect(await post('faults/repeat', { count: 2 })).toEqual({ dispatches: 2 });
    await post('faults/reorder', { count: 3 });
    for (const word of ['three', 'four', 'five', 'six']) say(word);
    await until(() => said(client).length === 8);
    expect(said(client)).toEqual([
      '4 one',
      '5 two',
      '4 one',
      '5 two',
      '8 five',
      '7 four',
      '6 three',
      '9 six',
    ]);
  });

  it('new connections are closed at once until the fault ends', async () => {
    await start();
    await post('faults/refuse', { durationMs: 60_000 });
    const socket = new WebSocket(sim.gatewayUrl);
    expect(await new Promise((resolve) => socket.on('error', () => resolve('refused')))).toBe('refused');
    await fetch(`${sim.url}/_sim/faults`, { method: 'DELETE' });
    await connectRaw();
  });

  it('a real client identifies anew after expired sessions, and missed events are not sent', async () => {
    await start({ maxConcurrency: 16 });
    bot = createBot(sim.url);
    const { dispatches } = bot;
    await bot.manager.connect();
    await until(() => dispatches.length === 3);
    expect(await post('sessions/expire')).toEqual({ sessions: 1 });
    say('unseen');
    await until(() => dispatches.filter(({ t }) => t === 'READY').length === 2, 15_000);
    await until(() => dispatches.length === 6);
    expect(dispatches.some(({ t }) => t === 'MESSAGE_CREATE')).toBe(false);
    expect(bot.resumes).toEqual([]);
  }, 20_000);
});

describe('faults and limits of REST', () => {
  it('REST responds with 5xx and 429 a given number of times, and slowly, on request', async () => {
    await start();
    await post('faults/rest', { kind: 'error', status: 502, requests: 2 });
    expect([(await me()).status, (await me()).status, (await me()).status]).toEqual([502, 502, 200]);
    await post('faults/rest', { kind: 'rate_limited', requests: 1, retryAfterMs: 1500, global: true });
    const limited = await me();
    expect([limited.status, limited.headers.get('retry-after'), await limited.json()]).toEqual([
      429,
      '2',
      { message: 'You are being rate limited.', retry_after: 1.5, global: true },
    ]);
    await post('faults/rest', { kind: 'slow', delayMs: 120, requests: 1, path: '/users' });
    const beganMs = performance.now();
    expect((await me()).status).toBe(200);
    expect(performance.now() - beganMs).toBeGreaterThan(100);
    expect(await get('faults')).toMatchObject({ rest: [] });
  });

  it('REST has buckets, reports them in headers, and a real client waits accordingly', async () => {
    await start({ restBucketLimit: 2, restBucketWindowMs: 300 });
    bot = createBot(sim.url);
    const first = await me();
    expect([
      first.headers.get('x-ratelimit-limit'),
      first.headers.get('x-ratelimit-remaining'),
      first.headers.get('x-ratelimit-bucket')?.length,
    ]).toEqual(['2', '1', 32]);
    await me();
    const refused = await me();
    expect([refused.status, refused.headers.get('x-ratelimit-scope')]).toEqual([429, 'user']);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => bot!.rest.get(Routes.user())));
    expect(answers).toHaveLength(5);
  });
});

describe('identify limits and the sent log', () => {
  it('a second identify within a bucket’s window gets op 9', async () => {
    await start({ identifyWindowMs: 60_000, maxConcurrency: 2 });
    expect((await connectRaw({ shard: [0, 4] })).find(0, 'READY')).toBeDefined();
    expect((await connectRaw({ shard: [1, 4] })).find(0, 'READY')).toBeDefined();
    expect((await connectRaw({ shard: [2, 4] })).find(9)).toMatchObject({ d: false });
  });

  it('an exhausted budget resets the token and ends every session', async () => {
    await start({ sessionStartEnforced: true, sessionStartTotal: 2 });
    await connectRaw();
    await connectRaw();
    const third = await connectRaw();
    await until(() => third.closeCode === 4004);
    expect([...sim.gateway.sessions.all()]).toEqual([]);
    expect((await me()).status).toBe(401);
    expect(await post('identify-budget/restore')).toMatchObject({ remaining: 2, total: 2 });
    expect((await connectRaw()).find(0, 'READY')).toBeDefined();
  });

  it('the sent log lists what a session was sent, with its facts, even after its end', async () => {
    await start();
    const client = await connectRaw();
    const { id } = say('noted');
    const { session_id } = client.find(0, 'READY')?.d as { session_id: string };
    await post('sessions/expire');
    const page = await get(`sent?session=${session_id}&after=3`);
    const ledgerIndex = sim.ledger.page(0, 1e6).find(({ messageId }) => messageId === id)?.index;
    expect(page).toEqual({
      session: session_id,
      firstS: 1,
      entries: [{ s: 4, t: 'MESSAGE_CREATE', ledgerIndex }],
    });
    expect(await get('sent')).toEqual({ sessions: [{ session: session_id, firstS: 1, lastS: 4 }] });
    expect(await get('sent?session=none')).toMatchObject({ code: 'SIM.UNKNOWN_SESSION' });
  });
});
