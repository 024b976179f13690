import type { Change, Snowflake, StreamEvents } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { BufferingProxy } from '../testing/buffering-proxy.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SseClient, type SseRequest } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, VIEWER } from '../testing/world.js';

const ROOM = '1003' as Snowflake;
const HEARTBEAT_MS = 200;

let gateway: TestGateway;
let token: string;
const clients: SseClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: String(HEARTBEAT_MS), RESUME_MAX_EVENTS: '50' });
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
  await gateway.world.query(
    `INSERT INTO channels (id, guild_id, type, name, position, overwrites, user_limit, seq)
     VALUES ($1, $2, 2, 'Lounge', 2, '[]', 5, 0)`,
    [ROOM, GUILD],
  );
});
afterAll(() => gateway.stop());
afterEach(() => clients.splice(0).forEach((client) => client.close()));

async function open(query: string, request: SseRequest = { token }, base = gateway.url): Promise<SseClient> {
  const client = await SseClient.open(`${base}/api/stream?${query}`, request);
  clients.push(client);
  return client;
}

/** Opens a stream and waits until it has everything. */
async function follow(query: string, request?: SseRequest): Promise<SseClient> {
  const client = await open(query, request);
  await client.reach(await gateway.world.head(`a:${GUILD}`));
  return client;
}

const idOf = (change: Change): string => (change.body as { id: string }).id;
const idsOf = (events: { data: unknown }[]): string[] =>
  events.map(({ data }) => (data as { id: string }).id);

const joinRoom = (userId: string) =>
  gateway.world.publishChange({
    kind: 'voice_joined',
    body: { guildId: GUILD, channelId: ROOM, userId: userId as Snowflake, username: 'ada', avatar: null },
  });

describe('a stream', () => {
  it('a stream sends rooms and voice with exactly their fields, and messages as a socket does', async () => {
    const client = await follow(`guild=${GUILD}`);
    expect(client.status).toBe(200);
    expect(client.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(client.response.headers['content-encoding']).toBeUndefined();
    const said = await gateway.world.say();
    const joined = await joinRoom('9');
    const left = await gateway.world.publishChange({
      kind: 'voice_left',
      body: { guildId: GUILD, fromChannelId: ROOM, userId: '9' as Snowflake },
    });
    await client.reach(left.seq);
    expect(client.events.slice(-3)).toEqual([
      {
        event: 'message.created',
        id: String(said.seq),
        data: { ...said.body, seq: said.seq, prev: said.prev },
      },
      {
        event: 'voice.joined',
        id: String(joined.seq),
        data: { guildId: GUILD, channelId: ROOM, userId: '9', username: 'ada', avatar: null },
      },
      { event: 'voice.left', id: String(left.seq), data: { guildId: GUILD, channelId: null, userId: '9' } },
    ]);
    expect(client.retryMs).toBeGreaterThan(0);
  });

  it('a stream starts with snapshots of the channels that it names, and with the rooms', async () => {
    const said = await gateway.world.say();
    const client = await follow(`guild=${GUILD}&channels=${CHANNEL},${ROOM}`);
    const [first] = (await client.take(1, 'snapshot')).map(({ data }) => data as StreamEvents['snapshot']);
    expect(first).toMatchObject({ channelId: CHANNEL, serverId: GUILD, seq: said.seq, reason: 'joined' });
    expect(first!.messages.at(-1)).toMatchObject({ id: idOf(said), content: expect.any(String) });
    expect(client.named('rooms_list').map(({ data }) => data)).toMatchObject([
      { guildId: GUILD, reason: 'joined', rooms: [{ channelId: ROOM, name: 'Lounge', userLimit: 5 }] },
    ]);
    expect(client.named('gap')).toEqual([]);
  });

  it('a stream sends the requested types and channels, and its cursor follows the guild', async () => {
    const client = await follow(`guild=${GUILD}&channels=${CHANNEL}&types=message.created`);
    const said = await gateway.world.say();
    await gateway.world.say(OTHER_CHANNEL);
    await gateway.world.rename('general');
    const last = await joinRoom('10');
    await client.reach(last.seq);
    const live = client.events.filter(({ event }) => event !== 'snapshot');
    expect(live.map(({ event, id }) => [event, id])).toEqual([['message.created', String(said.seq)]]);
    expect(client.comments).toContain('heartbeat');
  });

  it('a stream passes a proxy that buffers and closes silent connections', async () => {
    const proxy = await BufferingProxy.to(gateway.url, HEARTBEAT_MS * 10);
    const client = await open(`guild=${GUILD}&types=message.created`, { token }, proxy.url);
    const first = await gateway.world.say();
    await client.reach(first.seq);
    const beats = client.comments.length;
    await client.take(1, 'message.created');
    await until('a long silence', 30_000, () => client.comments.length > beats + 12 || undefined);
    const second = await gateway.world.say();
    await client.reach(second.seq);
    expect(client.ended).toBe(false);
    client.close();
    await proxy.close();
  });
});

describe('a client that reconnects', () => {
  it('a client that reconnects gets everything since then in all channels, once and in order', async () => {
    const { world } = gateway;
    const before = await follow(`guild=${GUILD}&types=message.created`);
    const cursor = before.lastEventId;
    before.close();
    const visible = [await world.say(), await world.say(OTHER_CHANNEL), await world.write()];
    for (const request of [{ lastEventId: cursor }, { query: `&after=${cursor}` }] as const) {
      const query = 'query' in request ? request.query : '';
      const lastEventId = 'lastEventId' in request ? request.lastEventId : undefined;
      const client = await follow(`guild=${GUILD}&types=message.created${query}`, { token, lastEventId });
      expect(idsOf(client.named('message.created'))).toEqual(visible.map(idOf));
      expect(client.events).toHaveLength(visible.length);
    }
    // A browser always repeats its URL: its Last-Event-ID takes precedence over the cursor in the URL.
    const client = await follow(`guild=${GUILD}&types=message.created&after=${cursor}`, {
      token,
      lastEventId: String(visible[1]!.seq),
    });
    expect(idsOf(client.events)).toEqual([idOf(visible[2]!)]);
  });

  it('a client that reconnects misses nothing and gets nothing twice, wherever it is cut', async () => {
    const { world } = gateway;
    const start = await follow(
      `guild=${GUILD}&channels=${CHANNEL},${OTHER_CHANNEL}&types=message.created,message.deleted`,
    );
    let lastEventId = start.lastEventId;
    start.close();
    const expected: string[] = [];
    const seen: string[] = [];
    let writing = true;
    const written = (async () => {
      for (let n = 0; n < 40; n++) {
        const change = await (n % 3 ? world.say() : world.write(OTHER_CHANNEL));
        expected.push(idOf(change));
        if (n % 10 === 9) await world.bulkDelete(expected.slice(-3) as Snowflake[]);
      }
      writing = false;
    })();
    for (let cuts = 0; writing || lastEventId !== String(await world.head(`a:${GUILD}`)); cuts++) {
      const client = await open(
        `guild=${GUILD}&channels=${CHANNEL},${OTHER_CHANNEL}&types=message.created,message.deleted`,
        { token, lastEventId },
      );
      const enough = client.events.length + 1 + (cuts % 4);
      while (client.events.length < enough && client.lastEventId !== String(await world.head(`a:${GUILD}`)))
        await world.announcePosition();
      client.close();
      expect(client.named('gap', 'snapshot')).toEqual([]);
      ({ lastEventId } = client);
      // Every event without its own cursor is sent again.
      const unchangedSince = client
        .named('message.created')
        .filter(({ id }) => Number(id) <= Number(lastEventId));
      seen.push(...idsOf(unchangedSince));
    }
    await written;
    expect(seen).toEqual(expected);
  });

  it.each([
    ['is of another log', '999999999', 'cursor_unknown'],
    ['is no cursor', 'x', 'cursor_unknown'],
    ['is too old', '1', 'cursor_too_old'],
  ])('a client with a cursor that %s gets the reason and snapshots', async (_, lastEventId, reason) => {
    if (reason === 'cursor_too_old')
      await gateway.world.forget(Number(await gateway.world.head(`a:${GUILD}`)) - 1);
    const client = await follow(`guild=${GUILD}&channels=${CHANNEL}&types=message.created`, {
      token,
      lastEventId,
    });
    expect(client.events.map(({ event, data }) => [event, (data as { reason: string }).reason])).toEqual([
      ['gap', reason],
      ['snapshot', reason],
    ]);
  });

  it('a client that is too far behind gets snapshots', async () => {
    const cursor = (await follow(`guild=${GUILD}`)).lastEventId;
    for (let n = 0; n < 51; n++) await gateway.world.write();
    const client = await follow(`guild=${GUILD}&types=message.created`, { token, lastEventId: cursor });
    expect(client.events.map(({ event, data }) => [event, data])).toEqual([
      [
        'gap',
        {
          guildId: GUILD,
          reason: 'too_far_behind',
          after: Number(cursor),
          seq: Number(client.lastEventId),
        },
      ],
    ]);
  });
});

describe('a request', () => {
  it.each([
    ['without a token', `guild=${GUILD}`, {}, 401, 'AUTH.TOKEN_MISSING'],
    ['for a guild that does not exist', 'guild=999', undefined, 404, 'GUILD.NOT_FOUND'],
    [
      'for a channel of another guild',
      `guild=${GUILD}&channels=${FAR_CHANNEL}`,
      undefined,
      404,
      'CHANNEL.NOT_FOUND',
    ],
    ['for an unknown event type', `guild=${GUILD}&types=typing`, undefined, 400, 'REQUEST.INVALID'],
  ])('a stream request %s is rejected', async (_, query, request, status, code) => {
    const client = await open(query, request);
    expect(client.status).toBe(status);
    expect(client.response.headers['content-type']).toMatch(/^application\/problem\+json/);
    const body = await new Promise<string>((resolve) => client.response.once('data', resolve));
    expect(JSON.parse(body)).toMatchObject({ code });
  });

  it('a request may send its token as a browser’s cookie', async () => {
    const said = await gateway.world.say();
    const client = await follow(`guild=${GUILD}&after=${said.prev}`, {
      cookie: `a=b; relay_access=${token}`,
    });
    expect(client.status).toBe(200);
  });

  it('a request for a guild outside the token’s scope finds nothing', async () => {
    const scoped = await tokenFor({ sub: VIEWER, role: 'viewer', guilds: [OTHER_GUILD] });
    expect((await open(`guild=${GUILD}`, { token: scoped })).status).toBe(404);
  });
});
