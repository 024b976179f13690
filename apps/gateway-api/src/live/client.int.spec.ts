import { type ConnectionState, connect, type RelayClient } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, VIEWER } from '../testing/world.js';
import { SocketServer } from './socket-server.js';

let gateway: TestGateway;
let clients: RelayClient[] = [];

beforeAll(async () => {
  gateway = await startGateway();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(() => gateway.stop());

function open(getToken: () => string | Promise<string>): { client: RelayClient; states: ConnectionState[] } {
  const client = connect({ url: gateway.url, getToken });
  clients = [...clients, client];
  const states: ConnectionState[] = [];
  client.on('state', (state) => states.push(state));
  return { client, states };
}

function follow(client: RelayClient): number[] {
  const seen: number[] = [];
  const feed = client.channel(CHANNEL);
  const see = ({ seq }: { seq: number }) => void seen.push(seq);
  feed.on('message', see);
  feed.on('update', see);
  feed.on('delete', see);
  return seen;
}

const sees = (seen: number[], seq: number) =>
  until(`change ${seq}`, 15_000, () => (seen.includes(seq) ? true : undefined));

describe('the client', () => {
  it('follows a channel through cut connections with every change once and in order', async () => {
    const { world, app } = gateway;
    const { client, states } = open(() => tokenFor({ role: 'viewer', sub: VIEWER }));
    const seen = follow(client);
    await client.channel(CHANNEL).join();
    const said: number[] = [];
    for (let round = 0; round < 3; round++) {
      said.push((await world.say()).seq);
      await sees(seen, said.at(-1)!);
      app.get(SocketServer).disconnectAll();
      said.push((await world.say()).seq, (await world.write()).seq, (await world.say()).seq);
      await sees(seen, said.at(-1)!);
    }
    expect(seen).toEqual(said);
    expect(states.filter((state) => state === 'reconnecting')).toHaveLength(3);
    expect(client.state).toBe('connected');
  });

  it('is refused with a bad token and does not try again', async () => {
    const { client, states } = open(() => 'no token');
    const [, error] = await new Promise<unknown[]>((resolve) =>
      client.on('state', (...args) => resolve(args)),
    );
    expect(error).toMatchObject({ code: 'AUTH.TOKEN_INVALID', retryable: false });
    expect(states).toEqual(['refused']);
  });

  it('gets a new token when the old one ends', async () => {
    let asked = 0;
    const { client } = open(() => tokenFor({ role: 'viewer', sub: VIEWER }, asked++ === 0 ? 2 : 60));
    const seen = follow(client);
    await client.channel(CHANNEL).join();
    await until('a second token', 15_000, () => (asked >= 2 && client.state === 'connected') || undefined);
    const { seq } = await gateway.world.say();
    await sees(seen, seq);
    expect(seen).toEqual([seq]);
  });

  it('reports a channel that does not exist', async () => {
    const { client } = open(() => tokenFor({ role: 'viewer', sub: VIEWER }));
    await expect(client.channel('999' as Snowflake).join()).rejects.toMatchObject({
      code: 'CHANNEL.NOT_FOUND',
      retryable: false,
    });
  });

  it('lists channels and hears of their changes after a reconnection too', async () => {
    const { client } = open(() => tokenFor({ role: 'viewer', sub: VIEWER }));
    const lists: number[] = [];
    const names: string[] = [];
    client.on('channels', (channels) => lists.push(channels.length));
    client.on('channel_update', ({ name }) => names.push(name));
    expect(await client.channels()).toHaveLength(3);
    gateway.app.get(SocketServer).disconnectAll();
    await until('a second list', 15_000, () => (lists.length === 2 ? true : undefined));
    await gateway.world.rename('piazza');
    await until('the new name', 5_000, () => (names.includes('piazza') ? true : undefined));
  });

  it('reads history and servers, and says why it cannot', async () => {
    const { client } = open(() => tokenFor({ role: 'viewer', sub: VIEWER }));
    const { messages, seq } = await client.history(CHANNEL, { limit: 1 });
    expect(messages).toHaveLength(1);
    expect(messages[0]!.seq).toBe(seq);
    const [first] = await client.guilds();
    expect(first).toMatchObject({ id: GUILD });
    await expect(client.history('x' as Snowflake)).rejects.toMatchObject({ code: 'REQUEST.INVALID' });
  });
});
