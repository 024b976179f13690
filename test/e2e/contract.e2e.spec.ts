/**
 * Names, fields and values that existing clients use, according to the requirements, with stock clients and none of our types:
 * what this test expects is written here and nowhere else.
 */
import { until } from '@discord-relay/local-stack';
import { io, type Socket } from 'socket.io-client';
import { SseClient } from '../../apps/gateway-api/src/testing/sse-client.js';
import { openTempStack, signToken, type TempStack } from '../support/stacks/temp-stack.js';

type Payload = Record<string, unknown>;

const WORDS = ['text', 'voice', 'category', 'announcement', 'stage'];
const SNOWFLAKE = expect.stringMatching(/^\d{1,20}$/);
const ISO_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

const integer = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

let temp: TempStack & { close(): Promise<void> };
let guild: { id: string; channels: { id: string; name: string }[] };
let other: { id: string; channels: { id: string; name: string }[] };
let text: string;
let voice: string;
const sockets: Socket[] = [];
const streams: SseClient[] = [];

beforeAll(async () => {
  temp = await openTempStack({
    progress: () => undefined,
    envOf: { 'gateway-api': { STREAM_HEARTBEAT_MS: '300' } },
  });
  guild = await temp.sim.createGuild(
    'First',
    WORDS.map((type) => ({ name: type, type })),
  );
  other = await temp.sim.createGuild('Second', [{ name: 'far' }, { name: 'far-voice', type: 'voice' }]);
  text = guild.channels.find(({ name }) => name === 'text')!.id;
  voice = guild.channels.find(({ name }) => name === 'voice')!.id;
  const client = await connect();
  await until('both guilds are projected', 30_000, async () => {
    for (const channelId of [text, other.channels[0]!.id]) {
      const answer = (await client.socket
        .timeout(2_000)
        .emitWithAck('join_channel', { channelId })) as Payload;
      if (answer.ok !== true) return undefined;
    }
    return true;
  });
}, 120_000);

afterEach(() => {
  sockets.splice(0).forEach((socket) => socket.disconnect());
  streams.splice(0).forEach((stream) => stream.close());
});
afterAll(() => temp?.close());

interface Client {
  socket: Socket;
  receive: (event: string, match?: (payload: Payload) => boolean) => Promise<Payload>;
}

async function connect(): Promise<Client> {
  const received: [string, Payload][] = [];
  const socket = io(temp.url, { auth: { token: temp.token }, transports: ['websocket'], forceNew: true });
  sockets.push(socket);
  socket.onAny((event: string, payload: Payload) => received.push([event, payload]));
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  const receive: Client['receive'] = (event, match = () => true) =>
    until(
      `event ${event}`,
      15_000,
      () => received.find(([name, payload]) => name === event && match(payload))?.[1],
    );
  return { socket, receive };
}

async function simulate(method: string, path: string, body: object = {}): Promise<Payload> {
  const response = await fetch(`${temp.stack.simulator!.url}/_sim/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return (await response.json()) as Payload;
}

async function get(path: string, token?: string): Promise<Payload> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(temp.url + path, { headers });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  return (await response.json()) as Payload;
}

describe('R13: server-sent events at GET /api/stream', () => {
  async function open(request: {
    cookie?: string;
    token?: string;
    lastEventId?: string;
  }): Promise<SseClient> {
    const stream = await SseClient.open(`${temp.url}/api/stream`, request);
    streams.push(stream);
    return stream;
  }
  const concerns = (stream: SseClient, event: string, userId: string) =>
    until(event, 15_000, () => stream.named(event).find(({ data }) => (data as Payload).userId === userId));

  it.each([
    ['bearer token', () => ({ token: temp.token })],
    ['cookie', () => ({ cookie: `relay_access=${temp.token}` })],
  ])('GET /api/stream serves every guild to the holder of a %s, through proxies', async (_, request) => {
    const stream = await open(request());
    expect(stream.status).toBe(200);
    expect(stream.response.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(stream.response.headers['x-accel-buffering']).toBe('no');
    await until('heartbeats', 15_000, () => (stream.comments.length >= 2 ? true : undefined));
    const { id: userId } = await temp.sim.createUser('ada');
    for (const [guildId, channelId] of [
      [guild.id, voice],
      [other.id, other.channels[1]!.id],
    ]) {
      await simulate('POST', `channels/${channelId}/voice`, { userId });
      const joined = await until('voice.joined', 15_000, () =>
        stream.named('voice.joined').find(({ data }) => (data as Payload).channelId === channelId),
      );
      expect(joined.data).toEqual({ guildId, channelId, userId, username: 'ada', avatar: null });
      await simulate('DELETE', `guilds/${guildId}/voice/${userId}`);
    }
  });

  it('GET /api/stream resumes from Last-Event-ID: everything since then in every guild, and nothing twice', async () => {
    const { id: userId } = await temp.sim.createUser('bob');
    const first = await open({ token: temp.token });
    await simulate('POST', `channels/${voice}/voice`, { userId });
    await concerns(first, 'voice.joined', userId);
    const { lastEventId } = first;
    first.close();
    await simulate('DELETE', `guilds/${guild.id}/voice/${userId}`);
    await simulate('POST', `channels/${other.channels[1]!.id}/voice`, { userId });
    const second = await open({ token: temp.token, lastEventId });
    await concerns(second, 'voice.joined', userId);
    await concerns(second, 'voice.left', userId);
    const mine = second.events.filter(({ data }) => (data as Payload).userId === userId);
    expect(mine.map(({ event, data }) => [event, (data as Payload).guildId]).sort()).toEqual([
      ['voice.joined', other.id],
      ['voice.left', guild.id],
    ]);
    expect(mine.find(({ event }) => event === 'voice.left')!.data).toEqual({
      guildId: guild.id,
      channelId: null,
      userId,
    });
    await simulate('DELETE', `guilds/${other.id}/voice/${userId}`);
  });
});

describe('R22 and R23: Socket.IO', () => {
  it('get_channels answers channels_list [{id, name, type, serverId}] with types as names', async () => {
    const { socket, receive } = await connect();
    socket.emit('get_channels');
    const list = (await receive('channels_list')) as unknown as Payload[];
    const ours = list.filter(({ serverId }) => serverId === guild.id);
    expect(Object.fromEntries(ours.map(({ name, type }) => [name, type]))).toEqual(
      Object.fromEntries(WORDS.map((word) => [word, word])),
    );
    for (const { id, name } of ours) expect([id, name]).toEqual([SNOWFLAKE, expect.any(String)]);
  });

  it('user_info is sent without a request', async () => {
    const { receive } = await connect();
    expect(await receive('user_info')).toMatchObject({ id: expect.any(String) });
  });

  it('join_channel {channelId} answers messages_bulk, followed by message, message_update and message_delete', async () => {
    const earlier = await temp.sim.say(text, 'earlier', 'ada');
    await until('the earlier message is projected', 15_000, async () => {
      const headers = { authorization: `Bearer ${temp.token}` };
      const answer = await fetch(`${temp.url}/api/v1/channels/${text}/messages`, { headers });
      const { messages } = (await answer.json()) as { messages: Payload[] };
      return messages.some(({ id }) => id === earlier.id) || undefined;
    });
    const { socket, receive } = await connect();
    socket.emit('join_channel', { channelId: text });
    const message = (id: string, content: string) => ({
      id,
      content,
      author: { id: SNOWFLAKE, username: 'ada' },
      timestamp: ISO_TIME,
      channelId: text,
      serverId: guild.id,
    });
    const bulk = await until('the earlier message', 15_000, () =>
      receive('messages_bulk', ({ channelId }) => channelId === text),
    );
    expect((bulk.messages as Payload[]).find(({ id }) => id === earlier.id)).toMatchObject(
      message(earlier.id, 'earlier'),
    );
    const said = await temp.sim.say(text, 'hello', 'ada');
    expect(await receive('message', ({ id }) => id === said.id)).toMatchObject(message(said.id, 'hello'));
    await temp.sim.edit(text, said.id, 'hello again');
    expect(await receive('message_update', ({ id }) => id === said.id)).toMatchObject({
      content: 'hello again',
      channelId: text,
      serverId: guild.id,
    });
    await temp.sim.delete(text, said.id);
    expect(await receive('message_delete', ({ id }) => id === said.id)).toMatchObject({
      channelId: text,
      serverId: guild.id,
    });
  });

  it('leave_channel {channelId} ends what join_channel started', async () => {
    const { socket, receive } = await connect();
    const [far] = other.channels;
    await socket.emitWithAck('join_channel', { channelId: text });
    await socket.emitWithAck('join_channel', { channelId: far!.id });
    await socket.emitWithAck('leave_channel', { channelId: text });
    const left = await temp.sim.say(text, 'not for you', 'ada');
    const still = await temp.sim.say(far!.id, 'for you', 'ada');
    await receive('message', ({ id }) => id === still.id);
    await expect(
      Promise.race([
        receive('message', ({ id }) => id === left.id),
        new Promise((end) => setTimeout(end, 500)),
      ]),
    ).resolves.toBeUndefined();
  });

  it('channel_update has the type as a name', async () => {
    const { socket, receive } = await connect();
    await socket.emitWithAck('get_channels');
    const made = await simulate('POST', `guilds/${guild.id}/channels`, { name: 'new', type: 'stage' });
    expect(await receive('channel_update', ({ id }) => id === made.id)).toMatchObject({
      name: 'new',
      type: 'stage',
      serverId: guild.id,
    });
    await simulate('DELETE', `channels/${String(made.id)}`);
    await receive('channel_update', ({ id, deleted }) => id === made.id && deleted === true);
  });

  it('error and rate_limited say what was wrong', async () => {
    const { socket, receive } = await connect();
    const refused = (await socket.emitWithAck('join_channel', { channelId: 'x' })) as Payload;
    expect(refused).toMatchObject({
      ok: false,
      error: { code: expect.any(String), message: expect.any(String) },
    });
    socket.emit('join_channel', { channelId: 'x' });
    expect(await receive('error')).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    for (let n = 0; n < 400; n++) socket.emit('leave_channel', { channelId: text });
    expect(await receive('rate_limited')).toMatchObject({ event: 'leave_channel' });
  });
});

describe('R24: health and metrics', () => {
  it('GET /api/health has the documented shape', async () => {
    const client = await connect();
    const health = await until('the shard is counted', 15_000, async () => {
      const answer = await get('/api/health');
      return (answer.connections as Payload).discord === 1 ? answer : undefined;
    });
    expect(health).toMatchObject({
      status: 'healthy',
      timestamp: ISO_TIME,
      connections: { total: 1, discord: 1 },
      memory: { used: expect.stringMatching(/^\d+MB$/), total: expect.stringMatching(/^\d+MB$/) },
      environment: expect.any(String),
    });
    const { uptime } = health as { uptime: number };
    const later = await until('another second', 15_000, async () => {
      const answer = (await get('/api/health')) as { uptime: number };
      return answer.uptime > uptime ? answer.uptime : undefined;
    });
    expect(later - uptime).toBeLessThan(30);
    expect(client.socket.connected).toBe(true);
  });

  it('GET /api/metrics names channels to those who may see them, and counts them for everyone', async () => {
    const { socket } = await connect();
    await socket.emitWithAck('join_channel', { channelId: text });
    const stranger = await signToken(temp.stack.jwtSecret, { role: 'viewer', sub: '424242' });
    const all = await get('/api/metrics', temp.token);
    expect(all).toMatchObject({
      connections: { total: 1, discord: 1 },
      rooms: { total: 1, channels: 1, activeChannels: [{ channelId: text, userCount: 1 }] },
    });
    for (const token of [undefined, stranger]) {
      const answer = await get('/api/metrics', token);
      expect(answer.rooms).toEqual({ total: 1, channels: 1, activeChannels: [] });
      expect(JSON.stringify(answer)).not.toContain(text);
    }
  });

  it('GET /api/metrics measures the CPU in microseconds and the event loop in nanoseconds', async () => {
    interface Figures {
      performance: { eventLoopDelay: number; cpuUsage: { user: number; system: number } };
    }
    const { performance: figures } = (await get('/api/metrics')) as unknown as Figures;
    expect([figures.eventLoopDelay, figures.cpuUsage.user, figures.cpuUsage.system].every(integer)).toBe(
      true,
    );
    // A started process has used more than 50 ms of CPU time and less than its age.
    const spentUs = figures.cpuUsage.user + figures.cpuUsage.system;
    expect(spentUs).toBeGreaterThan(50_000);
    expect(spentUs).toBeLessThan(3_600e6);
  });

  it.each(['/api/status', '/api/ready', '/api/live'])('GET %s answers', async (path) =>
    expect(await get(path)).toEqual(expect.any(Object)),
  );
});
