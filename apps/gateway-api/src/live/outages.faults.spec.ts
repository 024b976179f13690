import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../testing/world.js';

let gateway: TestGateway;
let clients: SocketClient[] = [];

/** `lagMaxMs`: by default longer than any test, because a busy machine may let a socket wait for many seconds. */
const start = async (lagMaxMs = 600_000) => {
  const limits = { SOCKET_BUFFER_MAX_BYTES: '65536', SOCKET_LAG_MAX_MS: String(lagMaxMs) };
  gateway = await startGateway(limits);
};

beforeEach(() => start());

afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await gateway.stop();
});

async function reader(channelId = CHANNEL): Promise<SocketClient> {
  const made = new SocketClient(gateway.url, { token: await tokenFor({ role: 'viewer', sub: VIEWER }) });
  clients.push(made);
  await made.connected();
  expect(await made.join({ channelId })).toMatchObject({ ok: true });
  return made;
}

/** The status with which a new socket is answered. */
async function answerToUpgrade(): Promise<number | undefined> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
  };
  const sent = request(`${gateway.url}/socket.io/?EIO=4&transport=websocket`, { headers }).end();
  const answered = Promise.race([once(sent, 'response'), once(sent, 'upgrade')]);
  const [answer] = (await answered) as [IncomingMessage];
  sent.destroy();
  return answer.statusCode;
}

const readiness = async (): Promise<number> => (await fetch(`${gateway.url}/api/ready`)).status;
const becomes = (status: number) =>
  until(`readiness ${status}`, 15_000, async () => ((await readiness()) === status ? true : undefined));

describe('while Postgres is unavailable', () => {
  it('requests report that Postgres is unavailable, and nothing is lost afterwards', async () => {
    const { world, databaseLine } = gateway;
    const made = await reader();
    databaseLine.cut();
    const live = await world.say();
    await made.waitFor('message');
    const lost = await world.write();
    const after = await world.say();
    expect(await made.join({ channelId: OTHER_CHANNEL })).toMatchObject({
      ok: false,
      error: { code: 'SERVICE.UNAVAILABLE', retryable: true },
    });
    const rest = await fetch(`${gateway.url}/api/v1/guilds`, {
      headers: { authorization: `Bearer ${await tokenFor({ role: 'viewer', sub: VIEWER })}` },
    });
    expect(rest.status).toBe(503);
    expect(rest.headers.get('retry-after')).toBe('2');
    expect(await rest.json()).toMatchObject({ code: 'SERVICE.UNAVAILABLE', retryable: true });
    await becomes(503);
    expect(made.seqs()).toEqual([live.seq]);
    databaseLine.restore();
    await made.waitFor('message', 3);
    expect(made.seqs()).toEqual([live.seq, lost.seq, after.seq]);
    await becomes(200);
    expect(await made.join({ channelId: OTHER_CHANNEL })).toMatchObject({ ok: true });
  });
});

describe('while NATS is unavailable', () => {
  it('changes come through Postgres while NATS is unavailable, channels can be joined, and no socket is lost', async () => {
    const { world, nats } = gateway;
    const made = await reader();
    await nats.kill();
    await becomes(503);
    const missed = [await world.write(), await world.write()];
    await made.waitFor('message', 2);
    const late = await reader();
    const alsoMissed = await world.write();
    await late.waitFor('message');
    await nats.restart();
    await becomes(200);
    const next = await world.say();
    await made.waitFor('message', 4);
    await late.waitFor('message', 2);
    expect(made.seqs()).toEqual([...missed, alsoMissed, next].map(({ seq }) => seq));
    expect(late.seqs()).toEqual([alsoMissed, next].map(({ seq }) => seq));
    expect(made.socket.connected).toBe(true);
  });
});

describe('a socket that does not read', () => {
  const TEXT = 'x'.repeat(400_000);
  const metric = (name: string) =>
    until(name, 20_000, async () =>
      (await (await fetch(`${gateway.url}/metrics`)).text()).includes(
        `relay_gateway_${name}{service="gateway-api"} 1`,
      )
        ? true
        : undefined,
    );
  const connectionOf = (client: SocketClient) =>
    (client.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } })
      .ws._socket;

  it('a slow socket receives where to resume, and misses nothing when it does', async () => {
    const { world } = gateway;
    const [slow, quick] = [await reader(), await reader()];
    await slow.request('get_channels');
    connectionOf(slow).pause();
    const said: number[] = [];
    for (let n = 0; n < 20; n++) said.push((await world.say(CHANNEL, GUILD, TEXT)).seq);
    await quick.waitFor('message', 20);
    await metric('lagging_sockets_total');
    const unseen = await world.say();
    connectionOf(slow).resume();
    const [lagging] = await slow.waitFor('lagging');
    const { seq } = lagging!.channels[0]!;
    expect(lagging).toEqual({ channels: [{ channelId: CHANNEL, seq: slow.seqs().at(-1) }] });
    await slow.waitFor('channels_list', 2);
    expect(await slow.join({ channelId: CHANNEL, after: seq })).toMatchObject({ ok: true });
    await quick.waitFor('message', 21);
    if (slow.of('messages_bulk').length === 1) expect(slow.seqs()).toEqual([...said, unseen.seq]);
    else expect(slow.lastSnapshot()).toMatchObject({ reason: 'too_far_behind', seq: unseen.seq });
    expect(slow.socket.connected).toBe(true);
  });

  it('a socket that reads slowly gets all room events once it has read what was waiting', async () => {
    const { world } = gateway;
    const [slow, quick] = [await reader(), await reader()];
    const join = (userId: string) =>
      world.publishChange({
        kind: 'voice_joined',
        body: {
          guildId: GUILD,
          channelId: CHANNEL,
          userId: userId as Snowflake,
          username: 'ada',
          avatar: null,
        },
      });
    for (const each of [slow, quick])
      expect(await each.request('subscribe_rooms', { guildId: GUILD })).toMatchObject({ ok: true });
    const before = await join('801');
    await slow.waitFor('voice_joined');
    connectionOf(slow).pause();
    for (let n = 0; n < 20; n++) await world.say(CHANNEL, GUILD, TEXT);
    await quick.waitFor('message', 20);
    await metric('lagging_sockets_total');
    const missed = [await join('802'), await join('803')];
    await quick.waitFor('voice_joined', 3);
    connectionOf(slow).resume();
    await slow.waitFor('lagging');
    const received = await slow.waitFor('voice_joined', 3);
    expect(received.map(({ seq }) => seq)).toEqual([before, ...missed].map(({ seq }) => seq));
    expect(received.slice(1).map(({ prev }) => prev)).toEqual(received.slice(0, -1).map(({ seq }) => seq));
    expect(slow.of('rooms_list')).toHaveLength(1);
  });

  it('a socket that never reads is disconnected, with the note that it may resume, while others continue', async () => {
    await gateway.stop();
    await start(2_000);
    const { world } = gateway;
    const [slow, quick] = [await reader(), await reader()];
    connectionOf(slow).pause();
    const enough = 40;
    for (let n = 0; n < enough; n++) await world.say(CHANNEL, GUILD, TEXT);
    await quick.waitFor('message', enough);
    await metric('slow_sockets_total');
    const gone = new Promise((resolve) => slow.socket.once('disconnect', resolve));
    connectionOf(slow).resume();
    await gone;
    expect(slow.lastError()).toMatchObject({ code: 'SOCKET.TOO_SLOW', retryable: true });
    expect(slow.of('message').length).toBeLessThan(enough);
    expect(quick.socket.connected).toBe(true);
  });
});

describe('a stop', () => {
  it('a stopping replica sends sockets when to reconnect, closes them as a network would, and ends', async () => {
    const made = await reader();
    const gone = new Promise((resolve) => made.socket.once('disconnect', resolve));
    await gateway.app.close();
    expect(await gone).toBe('transport close');
    expect(made.of('reconnect')).toEqual([{ afterMs: expect.any(Number) }]);
    await expect(fetch(`${gateway.url}/api/live`)).rejects.toThrow();
  });

  it('a stop is not delayed by a socket that does not read', async () => {
    const { world } = gateway;
    const slow = await reader();
    (slow.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } }).ws._socket.pause();
    for (let n = 0; n < 20; n++) await world.say(CHANNEL, GUILD, 'x'.repeat(400_000));
    expect(await answerToUpgrade()).toBe(101);
    const closed = gateway.app.close();
    // So that a proxy tries another replica.
    await until('new sockets refused', 15_000, async () => (await answerToUpgrade()) === 503 || undefined);
    await closed;
    await expect(fetch(`${gateway.url}/api/live`)).rejects.toThrow();
  });
});
