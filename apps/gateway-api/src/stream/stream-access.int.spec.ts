import type { AccessChange, Change, Snowflake } from '@discord-relay/contracts';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, MEMBER, OTHER_CHANNEL, VIEWER } from '../testing/world.js';

const ROOM = '1003' as Snowflake;
const VIEW = 1_024n;
const HISTORY = 65_536n;
const CONNECT = 1_048_576n;
const ALL = VIEW | HISTORY | CONNECT;

let gateway: TestGateway;
let token: string;
const clients: SseClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: '200' });
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
  await gateway.world.query(
    `INSERT INTO channels (id, guild_id, type, name, position, overwrites, seq)
     VALUES ($1, $2, 2, 'Lounge', 2, '[]', 0)`,
    [ROOM, GUILD],
  );
});
afterAll(() => gateway.stop());
afterEach(async () => {
  clients.splice(0).forEach((client) => client.close());
  await gateway.world.access([everyoneMay(ALL), channel(CHANNEL), channel(ROOM, 2), member()]);
});

const everyoneMay = (permissions: bigint): AccessChange => ({
  of: 'role',
  roleId: GUILD,
  permissions: String(permissions),
});
const channel = (channelId: Snowflake, type = 0, deny = 0n): AccessChange => ({
  of: 'channel',
  channelId,
  type,
  parentId: null,
  overwrites: deny === 0n ? [] : [{ id: GUILD, type: 'role', allow: '0', deny: String(deny) }],
  deleted: false,
});
const member = (change: Partial<typeof MEMBER> = {}): AccessChange => ({
  of: 'member',
  userId: VIEWER,
  ...MEMBER,
  ...change,
});

async function follow(query: string, lastEventId?: string): Promise<SseClient> {
  const client = await SseClient.open(`${gateway.url}/api/stream?guild=${GUILD}${query}`, {
    token,
    lastEventId,
  });
  clients.push(client);
  if (client.status === 200) await client.reach(await gateway.world.head(`a:${GUILD}`));
  return client;
}

const said = (client: SseClient): string[] => client.named('message.created').map(({ id }) => id);
const seqs = (...changes: Change[]): string[] => changes.map(({ seq }) => String(seq));

describe('a stream of someone who loses a right', () => {
  it.each([
    ['a role may no longer see the channel', channel(CHANNEL, 0, VIEW)],
    ['everyone may see nothing', everyoneMay(0n)],
    ['the channel is deleted', { ...channel(CHANNEL), deleted: true } as AccessChange],
  ])('a stream of someone who loses a right stops at once when %s', async (_, change) => {
    const { world } = gateway;
    const client = await follow(`&channels=${CHANNEL}&types=message.created`);
    const before = await world.say();
    await world.access([change]);
    const after = await world.say();
    await client.reach(after.seq);
    expect(said(client)).toEqual(seqs(before));
    expect(client.named('unsubscribed').map(({ data }) => data)).toEqual([
      { channelId: CHANNEL, code: 'CHANNEL.ACCESS_LOST' },
    ]);
  });

  it('a stream of someone who loses a right keeps the named channels that remain readable', async () => {
    const { world } = gateway;
    const client = await follow(`&channels=${CHANNEL},${OTHER_CHANNEL}&types=message.created`);
    await world.access([channel(CHANNEL, 0, VIEW)]);
    await world.say();
    const other = await world.say(OTHER_CHANNEL);
    // A channel that becomes readable again stays lost, because messages in between would be missing silently.
    await world.access([channel(CHANNEL)]);
    const last = await world.say();
    await client.reach(last.seq);
    expect(said(client)).toEqual(seqs(other));
    const again = await follow(
      `&channels=${CHANNEL},${OTHER_CHANNEL}&types=message.created`,
      client.lastEventId,
    );
    const back = await world.say();
    await again.reach(back.seq);
    expect(said(again)).toEqual(seqs(back));
  });

  it('a stream that names no channel sends each channel while it is readable', async () => {
    const { world } = gateway;
    const client = await follow('&types=message.created,voice.joined');
    const first = await world.say();
    await world.access([channel(CHANNEL, 0, VIEW), channel(ROOM, 2, VIEW)]);
    await world.say();
    await world.publishChange({
      kind: 'voice_joined',
      body: { guildId: GUILD, channelId: ROOM, userId: '9' as Snowflake, username: null, avatar: null },
    });
    const other = await world.say(OTHER_CHANNEL);
    await client.reach(other.seq);
    expect(client.events.map(({ event, id }) => [event, id]).slice(1)).toEqual([
      ['message.created', String(first.seq)],
      ['message.created', String(other.seq)],
    ]);
  });

  it('a stream ends for a user who leaves the guild, and cannot be started again', async () => {
    const client = await follow(`&types=message.created`);
    await gateway.world.access([member({ left: true })]);
    await gateway.world.say();
    await client.end();
    expect(client.events.filter(({ event }) => event !== 'rooms_list')).toMatchObject([
      { event: 'error', data: { code: 'GUILD.NOT_FOUND', retryable: false } },
    ]);
    expect((await follow('', client.lastEventId)).status).toBe(404);
  });
});

describe('a stream of someone who may not look back', () => {
  it('a stream without the right to history is live, and reports what it omits', async () => {
    const { world } = gateway;
    await world.access([everyoneMay(VIEW)]);
    const client = await follow(`&channels=${CHANNEL}&types=message.created`);
    expect(client.named('snapshot').map(({ data }) => data)).toMatchObject([
      { channelId: CHANNEL, messages: [] },
    ]);
    const live = await world.say();
    await client.reach(live.seq);
    expect(said(client)).toEqual(seqs(live));
    const cursor = client.lastEventId;
    client.close();
    const missed = await world.say();
    const again = await follow(`&channels=${CHANNEL}&types=message.created`, cursor);
    expect(again.events.map(({ event, data }) => [event, data])).toEqual([
      [
        'gap',
        {
          guildId: GUILD,
          channelId: CHANNEL,
          reason: 'history_forbidden',
          after: Number(cursor),
          seq: missed.seq,
        },
      ],
    ]);
  });

  it('a stream never sends messages later from a channel that may no longer be read', async () => {
    const cursor = (await follow('&types=message.created')).lastEventId;
    await gateway.world.say();
    await gateway.world.access([channel(CHANNEL, 0, VIEW)]);
    const other = await gateway.world.say(OTHER_CHANNEL);
    const again = await follow('&types=message.created', cursor);
    expect(again.events.map(({ event, id }) => [event, id])).toEqual([
      ['message.created', String(other.seq)],
    ]);
  });
});

it('a stream reveals nothing about named channels that are hidden', async () => {
  await gateway.world.access([channel(CHANNEL, 0, VIEW)]);
  const client = await follow(`&channels=${CHANNEL},999,${OTHER_CHANNEL}&types=message.created`);
  expect(client.named('unsubscribed').map(({ data }) => data)).toEqual([
    { channelId: CHANNEL, code: 'CHANNEL.NOT_FOUND' },
    { channelId: '999', code: 'CHANNEL.NOT_FOUND' },
  ]);
  expect(client.named('snapshot').map(({ data }) => data)).toMatchObject([{ channelId: OTHER_CHANNEL }]);
});
