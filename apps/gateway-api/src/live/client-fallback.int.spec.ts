import { until } from '@discord-relay/local-stack';
import { connect, type RelayClient } from '@discord-relay/client';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { PlainProxy } from '../testing/plain-proxy.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD } from '../testing/world.js';

let gateway: TestGateway;
let proxy: PlainProxy;
let client: RelayClient | undefined;

beforeAll(async () => {
  gateway = await startGateway();
  proxy = await PlainProxy.to(gateway.url);
}, 60_000);

afterAll(async () => {
  client?.close();
  await proxy.stop();
  await gateway.stop();
});

it('the client follows a channel over server-sent events while WebSockets fail, and then over a WebSocket', async () => {
  const token = await tokenFor({ role: 'admin' });
  client = connect({ url: proxy.url, token, sseFallback: true });
  const relay = client;
  const seen: string[] = [];
  const expected: string[] = [];
  const feed = relay.channel(CHANNEL);
  feed.on('snapshot', ({ messages }) => seen.splice(0, Infinity, ...messages.map(({ id }) => id)));
  feed.on('message', ({ id }) => void seen.push(id));
  const user = new Promise((resolve) => relay.on('user', resolve));
  await feed.join();
  expect(await user).toMatchObject({ role: 'admin' });
  expect([relay.transport, relay.state]).toEqual(['sse', 'connected']);
  expect(relay.source).toMatchObject({ ingestors: 0 });
  expect((await relay.channels()).map(({ id }) => id)).toContain(CHANNEL);
  // Not live in the fallback, as docs/protocol.md says: the feed of rooms waits for a WebSocket.
  const rooms = relay.rooms(GUILD);
  const roomsKnown = new Promise((resolve) => rooms.on('snapshot', resolve));
  const roomsJoined = rooms.join();
  const say = async () => expected.push(String(((await gateway.world.say()).body as { id: string }).id));
  const seesAll = () =>
    until('every message once, in order', 20_000, () =>
      `${seen.slice(-expected.length)}` === `${expected}` ? true : undefined,
    );
  await say();
  await seesAll();

  proxy.cut();
  await say();
  await seesAll();
  expect([relay.transport, rooms.isLive]).toEqual(['sse', false]);

  proxy.upgrades = true;
  await until('a WebSocket', 60_000, () => (relay.transport === 'websocket' ? true : undefined));
  expect(await roomsKnown).toMatchObject({ guildId: GUILD });
  await roomsJoined;
  await say();
  await seesAll();
  expect(new Set(seen).size).toBe(seen.length);
}, 120_000);
