import { get, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { type ChangeBody, PROJECTIONS_CHANGED_SUBJECT, type StreamEvents } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { createProjection } from '@discord-relay/read-model';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SseClient, type SseRequest } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, VIEWER } from '../testing/world.js';

let gateway: TestGateway;
let token: string;
const clients: SseClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({
    STREAM_HEARTBEAT_MS: '200',
    MAX_STREAMS_PER_USER: '2',
    SOCKET_LAG_MAX_MS: '10000',
  });
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
});
// The last test stops it.
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await until('no stream', 20_000, async () => (await openStreams()) === 0 || undefined);
});

async function open(query = '', request: SseRequest = { token }): Promise<SseClient> {
  const client = await SseClient.open(
    `${gateway.url}/api/stream?guild=${GUILD}&types=message.created${query}`,
    request,
  );
  clients.push(client);
  return client;
}

async function follow(query?: string, request?: SseRequest): Promise<SseClient> {
  const client = await open(query, request);
  await client.reach(await gateway.world.head(`a:${GUILD}`));
  return client;
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`relay_gateway_${name}`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
const openStreams = (): Promise<number> => metric('streams{');
const cutStreams = (): Promise<number> => metric('streams_ended_total{cause="slow"');

const ids = (client: SseClient): string[] => client.named('message.created').map(({ id }) => id);

/** The gateway's ends of connections, newest last. */
function watchConnections(): Socket[] {
  const served: Socket[] = [];
  const server = gateway.app.getHttpServer() as Server;
  server.on('connection', (socket: Socket) => served.push(socket));
  return served;
}

describe('a stream', () => {
  it('the stream of a client that reads too slowly ends with the reason, and resumes where it was', async () => {
    const client = await follow();
    client.response.pause();
    const text = 'x'.repeat(100_000);
    const expected: string[] = [];
    for (let n = 0; n < 400 && (await cutStreams()) === 0; n++)
      expected.push(String((await gateway.world.say(CHANNEL, GUILD, text)).seq));
    expect(await cutStreams()).toBe(1);
    client.response.resume();
    await client.end();
    expect(client.events.at(-1)).toMatchObject({
      event: 'error',
      data: { code: 'SOCKET.TOO_SLOW', retryable: true },
    });
    const before = ids(client);
    const again = await follow('', { token, lastEventId: client.lastEventId });
    // A tail of so many changes is not sent again: the stream reports a gap instead.
    const gaps = again.named('gap').map(({ data }) => (data as StreamEvents['gap']).reason);
    if (gaps.length > 0) expect(gaps).toEqual(['too_far_behind']);
    else expect([...before, ...ids(again)]).toEqual(expected);
    expect(before).toEqual(expected.slice(0, before.length));
  });

  it('the stream of a client that never reads buffers no more than its limit, and ends', async () => {
    const served = watchConnections();
    const client = await follow();
    const held = served.at(-1)!;
    client.response.pause();
    const cutBefore = await cutStreams();
    const text = 'x'.repeat(100_000);
    let most = 0;
    for (let n = 0; n < 400 && (await cutStreams()) === cutBefore; n++) {
      await gateway.world.say(CHANNEL, GUILD, text);
      most = Math.max(most, held.writableLength);
    }
    for (let n = 0; n < 20; n++) await gateway.world.say(CHANNEL, GUILD, text);
    most = Math.max(most, held.writableLength);
    expect(await cutStreams()).toBe(cutBefore + 1);
    expect(held.destroyed).toBe(false);
    // SOCKET_BUFFER_MAX_BYTES, and the message that exceeded it.
    expect(most).toBeLessThan(1_048_576 + 2 * text.length);
    await until('the end of its connection', 30_000, () => held.destroyed || undefined);
    client.response.resume();
    await client.end();
    const again = await follow('', { token, lastEventId: client.lastEventId });
    expect(again.status).toBe(200);
  });

  it('the stream of a client that never reads is also closed when it ends for another reason', async () => {
    const served = watchConnections();
    const client = await follow('', { token: await tokenFor({ sub: VIEWER, role: 'viewer' }, 15) });
    const held = served.at(-1)!;
    client.response.pause();
    const text = 'x'.repeat(100_000);
    for (let n = 0; n < 400 && held.writableLength === 0; n++) await gateway.world.say(CHANNEL, GUILD, text);
    expect(held.writableLength).toBeGreaterThan(0);
    await until('the end of its connection', 60_000, () => held.destroyed || undefined);
    client.response.resume();
    await client.end();
  }, 90_000);

  it('a stream whose client disconnects during its start leaves nothing behind', async () => {
    for (let n = 0; n < 30; n++) {
      const request = get(`${gateway.url}/api/stream?guild=${GUILD}&types=voice.joined`, {
        headers: { authorization: `Bearer ${token}` },
        agent: false,
      });
      request.on('error', () => undefined);
      await new Promise((resolve) => request.once('socket', (socket) => socket.once('connect', resolve)));
      await new Promise((resolve) => setTimeout(resolve, n % 10));
      request.destroy();
    }
    await until('no stream', 20_000, async () => (await openStreams()) === 0 || undefined);
    // Every slot is free again.
    expect([(await follow()).status, (await follow()).status]).toEqual([200, 200]);
  });

  it('a stream counts towards the user’s limit', async () => {
    const [first] = [await follow(), await follow()];
    const third = await open();
    expect([third.status, third.response.headers['content-type']]).toEqual([
      429,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    const other = await tokenFor({ sub: 'staff', role: 'admin' });
    expect((await open('', { token: other })).status).toBe(200);
    first!.close();
    await until('a free connection', 20_000, async () => (await openStreams()) === 2 || undefined);
    expect((await follow()).status).toBe(200);
  });

  it('a stream ends with its token', async () => {
    const client = await open('', { token: await tokenFor({ sub: VIEWER, role: 'viewer' }, 5) });
    await client.end();
    expect(client.status).toBe(200);
    expect(client.retryMs).toBeGreaterThan(0);
    expect(client.events).toEqual([]);
  });

  it('a stream ends at once when its token is revoked', async () => {
    const admin = { authorization: `Bearer ${await tokenFor({ sub: 'root', role: 'admin' })}` };
    const made = await fetch(`${gateway.url}/api/v1/tokens`, {
      method: 'POST',
      headers: { ...admin, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'export', role: 'analyst', guilds: [GUILD] }),
    });
    const service = (await made.json()) as { id: string; token: string };
    const client = await follow('', { token: service.token });
    await fetch(`${gateway.url}/api/v1/tokens/${service.id}`, { method: 'DELETE', headers: admin });
    await client.end();
    expect(client.events).toMatchObject([{ event: 'error', data: { code: 'AUTH.TOKEN_REVOKED' } }]);
  });

  it('a stream reports that it starts anew when changes are lost', async () => {
    const { world } = gateway;
    const client = await follow(`&channels=${CHANNEL}`);
    const lost = [await world.write(), await world.write()];
    await world.forget(lost[1]!.seq);
    await world.announcePosition();
    const [gap] = await client.take(1, 'gap');
    expect(gap!.data).toEqual({ guildId: GUILD, reason: 'cursor_too_old', after: null, seq: lost[1]!.seq });
    const next = await world.say();
    await client.reach(next.seq);
    const snapshots = client.named('snapshot').map(({ data }) => data as StreamEvents['snapshot']);
    expect(snapshots.map(({ reason }) => reason)).toEqual(['joined', 'cursor_too_old']);
    expect(snapshots[1]!.messages.slice(-2).map(({ seq }) => seq)).toEqual(lost.map(({ seq }) => seq));
    expect(ids(client)).toEqual([String(next.seq)]);
  });

  it('a stream reports that it starts anew when it does not understand a change, live and in a resume', async () => {
    const { world } = gateway;
    const client = await follow(`&channels=${CHANNEL}`);
    const cursor = client.lastEventId;
    const change = { kind: 'of a later version', body: {} } as unknown as ChangeBody;
    const { seq } = await world.publishChange(change, GUILD, CHANNEL);
    const [gap] = await client.take(1, 'gap');
    expect(gap!.data).toMatchObject({ reason: 'cursor_unknown', seq });
    await client.take(2, 'snapshot');
    const again = await follow(`&channels=${CHANNEL}`, { token, lastEventId: cursor });
    expect(again.named('gap').map(({ data }) => data)).toMatchObject([{ reason: 'cursor_unknown', seq }]);
  });

  it('a stream that cannot start reports it so that an EventSource tries again', async () => {
    gateway.databaseLine.cut();
    try {
      const client = await open();
      await client.end();
      expect(client.status).toBe(200);
      expect(client.events).toMatchObject([
        { event: 'error', data: { code: 'SERVICE.UNAVAILABLE', retryable: true } },
      ]);
      expect(client.retryMs).toBeGreaterThan(0);
      const headers = { authorization: `Bearer ${token}` };
      const plain = await fetch(`${gateway.url}/api/stream?guild=${GUILD}`, { headers });
      expect(plain.status).toBe(503);
    } finally {
      gateway.databaseLine.restore();
    }
    await until('the database', 20_000, async () => (await open()).status === 200 || undefined);
  });

  it('a stream starts anew after a switch of projections, after everything of the old one', async () => {
    const { world, databaseLine } = gateway;
    const client = await follow(`&channels=${CHANNEL}`);
    await createProjection(databaseLine.url);
    const unannounced = await world.write();
    for (const table of ['guilds', 'roles', 'members', 'channels', 'messages', 'feed_heads'])
      await world.query(`INSERT INTO projection_v2.${table} SELECT * FROM projection_v1.${table}`);
    await world.query(`UPDATE projection_v2.messages SET content = 'built anew'`);
    await world.query('UPDATE relay.projections SET active = false WHERE active');
    await world.query('UPDATE relay.projections SET active = true WHERE version = 2');
    await world.publish(PROJECTIONS_CHANGED_SUBJECT, '{}');
    const [, anew] = await client.take(2, 'snapshot');
    expect(anew!.data).toMatchObject({ reason: 'projection_switched', seq: unannounced.seq });
    expect((anew!.data as StreamEvents['snapshot']).messages.at(-1)).toMatchObject({ content: 'built anew' });
    expect(client.events.map(({ event }) => event)).toEqual([
      'snapshot',
      'message.created',
      'gap',
      'snapshot',
    ]);
  });

  it('a stream is closed when the process stops, each client with a different time to return', async () => {
    const client = await open();
    await client.reach(await gateway.world.head(`a:${GUILD}`));
    clients.length = 0;
    const stopping = gateway.stop();
    await client.end();
    expect(client.response.complete).toBe(true);
    expect(client.retriesMs).toHaveLength(2);
    await stopping;
    gateway = await startGateway();
  });
});

afterAll(() => gateway.stop());
