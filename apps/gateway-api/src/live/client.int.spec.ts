import {
  type ConnectionState,
  connect,
  type Gap,
  type RelayClient,
  type RelayError,
} from '@discord-relay/client';
import type { Change, Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { VIEW_CHANNEL } from '../access/permissions.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../testing/world.js';
import { SocketDrain } from './socket/socket-drain.js';
import { SocketServer } from './socket/socket-server.js';

const ROOM = '1009' as Snowflake;
const VIEWER_CLAIMS = { role: 'viewer', sub: VIEWER };

let gateway: TestGateway;
let clients: RelayClient[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  await gateway.world.query(
    `INSERT INTO channels (id, guild_id, type, name, position, overwrites, seq) VALUES ($1, $2, 2, 'Room', 9, '[]', 0)`,
    [ROOM, GUILD],
  );
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
  it('the client follows a channel through cut connections with every change once and in order', async () => {
    const { world, app } = gateway;
    const { client, states } = open(() => tokenFor(VIEWER_CLAIMS));
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

  it('the client is refused with an invalid token and does not retry', async () => {
    const { client, states } = open(() => 'no token');
    const [, error] = await new Promise<unknown[]>((resolve) =>
      client.on('state', (...args) => resolve(args)),
    );
    expect(error).toMatchObject({ code: 'AUTH.TOKEN_INVALID', retryable: false });
    expect(states).toEqual(['refused']);
  });

  it('the client gets a new token when the old one expires', async () => {
    let requests = 0;
    const { client } = open(() => tokenFor(VIEWER_CLAIMS, requests++ === 0 ? 2 : 60));
    const seen = follow(client);
    await client.channel(CHANNEL).join();
    await until('a second token', 15_000, () => (requests >= 2 && client.state === 'connected') || undefined);
    const { seq } = await gateway.world.say();
    await sees(seen, seq);
    expect(seen).toEqual([seq]);
  });

  it('the client follows with a renewed token on the same connection', async () => {
    let requests = 0;
    const { client, states } = open(() => tokenFor(VIEWER_CLAIMS, requests++ === 0 ? 4 : 60));
    const seen = follow(client);
    await client.channel(CHANNEL).join();
    await until('a renewal', 15_000, () => requests >= 2 || undefined);
    const { seq } = await gateway.world.say();
    await sees(seen, seq);
    expect(states).toEqual(['connected']);
  });

  it('the client misses nothing when a replica stops', async () => {
    const { world, app } = gateway;
    const { client } = open(() => tokenFor(VIEWER_CLAIMS));
    const waits: number[] = [];
    client.on('state', (_state, _error, retryInMs) => retryInMs !== undefined && waits.push(retryInMs));
    const seen = follow(client);
    await client.channel(CHANNEL).join();
    await app.get(SocketDrain).run();
    const said = [await world.say(), await world.say()].map(({ seq }) => seq);
    await sees(seen, said[1]!);
    expect(seen).toEqual(said);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeLessThanOrEqual(1_000);
  });

  it('the client resumes from its cursor after a lagging notice', async () => {
    const { world, app } = gateway;
    const { client, states } = open(() => tokenFor(VIEWER_CLAIMS));
    const gaps: Gap[] = [];
    const seen = follow(client);
    client.channel(CHANNEL).on('gap', (gap) => gaps.push(gap));
    await client.channel(CHANNEL).join();
    const said = [(await world.say()).seq];
    await sees(seen, said[0]!);
    for (const { data } of app.get(SocketServer).sockets()) {
      data.session.pauseDelivery();
      data.session.resumeDelivery();
    }
    said.push((await world.say()).seq, (await world.say()).seq);
    await sees(seen, said[2]!);
    expect(seen).toEqual(said);
    expect(gaps).toMatchObject([{ after: said[0], cause: 'lagging' }]);
    expect(states).toEqual(['connected']);
  });

  it('the client gets nothing more of a channel once its user may not read it, and reports it', async () => {
    const { world } = gateway;
    const { client } = open(() => tokenFor(VIEWER_CLAIMS));
    const seen = follow(client);
    const other: number[] = [];
    client.channel(OTHER_CHANNEL).on('message', ({ seq }) => void other.push(seq));
    await Promise.all([client.channel(CHANNEL).join(), client.channel(OTHER_CHANNEL).join()]);
    const lost = new Promise<RelayError>((resolve) => client.channel(CHANNEL).on('unsubscribed', resolve));
    const channel = { of: 'channel', channelId: CHANNEL, type: 0, parentId: null, deleted: false } as const;
    const hidden = [{ id: GUILD, type: 'role', allow: '0', deny: String(VIEW_CHANNEL) }] as const;
    await world.access([{ ...channel, overwrites: [...hidden] }]);
    await world.say();
    const { seq } = await world.say(OTHER_CHANNEL);
    await sees(other, seq);
    expect(await lost).toMatchObject({ code: 'CHANNEL.ACCESS_LOST' });
    expect(seen).toEqual([]);
    await world.access([{ ...channel, overwrites: [] }]);
    await client.channel(CHANNEL).join();
    await sees(seen, (await world.say()).seq);
  });

  it('the client follows rooms through a cut connection with every join and leave once', async () => {
    const { world, app } = gateway;
    const { client } = open(() => tokenFor({ role: 'analyst' }));
    const seen: string[] = [];
    const rooms = client.rooms(GUILD);
    rooms.on('joined', ({ userId }) => seen.push(`joined ${userId}`));
    rooms.on('left', ({ userId }) => seen.push(`left ${userId}`));
    await rooms.join();
    const person = { guildId: GUILD, userId: '7' as Snowflake };
    const arrival = { ...person, channelId: ROOM, username: 'ada', avatar: null };
    await world.publishChange({ kind: 'voice_joined', body: arrival });
    await until('the arrival', 15_000, () => (seen.length === 1 ? true : undefined));
    app.get(SocketServer).disconnectAll();
    await world.publishChange({ kind: 'voice_moved', body: { ...arrival, fromChannelId: ROOM } });
    await world.publishChange({ kind: 'voice_left', body: { ...person, fromChannelId: ROOM } });
    await until('the departure', 15_000, () => (seen.length === 4 ? true : undefined));
    expect(seen).toEqual(['joined 7', 'left 7', 'joined 7', 'left 7']);
  });

  it('the client emits reactions in the order of the messages around them', async () => {
    const { world } = gateway;
    const { client } = open(() => tokenFor(VIEWER_CLAIMS));
    const seen: string[] = [];
    client.channel(CHANNEL).on('message', ({ id }) => seen.push(`message ${id}`));
    client.channel(CHANNEL).on('reaction', ({ action, messageId }) => seen.push(`${action} ${messageId}`));
    await client.channel(CHANNEL).join();
    const of = (change: Change) => (change.body as { id: string }).id as Snowflake;
    const first = of(await world.say());
    const where = { messageId: first, channelId: CHANNEL, serverId: GUILD };
    const reaction = { ...where, userId: '7' as Snowflake, emoji: { id: null, name: '👍' }, burst: false };
    await world.publishChannelChange({ kind: 'reaction_add', body: reaction });
    await world.publishChannelChange({ kind: 'reaction_remove', body: reaction });
    await world.publishChannelChange({ kind: 'reaction_clear', body: { ...where, emoji: null } });
    const last = of(await world.say());
    await until('the last', 15_000, () => (seen.length === 5 ? true : undefined));
    const three = ['add', 'remove', 'clear'].map((action) => `${action} ${first}`);
    expect(seen).toEqual([`message ${first}`, ...three, `message ${last}`]);
  });

  it('the client reports a channel that does not exist', async () => {
    const { client } = open(() => tokenFor(VIEWER_CLAIMS));
    await expect(client.channel('999' as Snowflake).join()).rejects.toMatchObject({
      code: 'CHANNEL.NOT_FOUND',
      retryable: false,
    });
  });

  it('the client lists channels and gets their changes, also after a reconnection', async () => {
    const { client } = open(() => tokenFor(VIEWER_CLAIMS));
    const lists: number[] = [];
    const names: string[] = [];
    client.on('channels', (channels) => lists.push(channels.length));
    client.on('channel_update', ({ name }) => names.push(name));
    expect(await client.channels()).toHaveLength(4);
    gateway.app.get(SocketServer).disconnectAll();
    await until('a second list', 15_000, () => (lists.length === 2 ? true : undefined));
    await gateway.world.rename('piazza');
    await until('the new name', 5_000, () => (names.includes('piazza') ? true : undefined));
  });

  it('the client reads history and guilds, and reports why it cannot', async () => {
    const { client } = open(() => tokenFor(VIEWER_CLAIMS));
    const { messages, seq } = await client.history(CHANNEL, { limit: 1 });
    expect(messages).toHaveLength(1);
    expect(messages[0]!.seq).toBe(seq);
    const [first] = await client.guilds();
    expect(first).toMatchObject({ id: GUILD });
    await gateway.world.say();
    const pages: number[] = [];
    for await (const page of client.channel(CHANNEL).history({ limit: 3 })) pages.push(page.length);
    expect(Math.max(...pages)).toBe(3);
    expect(pages.reduce((sum, length) => sum + length, 0)).toBeGreaterThan(3);
    await expect(client.history('x')).rejects.toMatchObject({ code: 'REQUEST.INVALID' });
  });
});
