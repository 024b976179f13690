import { type ChangeBody, guildFeed, type RelayEvent, type Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, MEMBER, OTHER_CHANNEL, VIEWER } from '../testing/world.js';

const ROOM = '1010' as Snowflake;
const HIDDEN_ROOM = '1011' as Snowflake;
const NO_HISTORY = '1012' as Snowflake;
const STRANGER = '777' as Snowflake;
const VIEW_CHANNEL = '1024';
const READ_MESSAGE_HISTORY = '65536';

const OPEN: SocketClient[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({
    POSITION_INTERVAL_MS: '200',
    TOKEN_GRACE_MS: '3000',
    MAX_SOCKETS_PER_USER: '4',
  });
  const channel = (channelId: Snowflake, type: number, deny: string | null) => ({
    of: 'channel' as const,
    channelId,
    type,
    parentId: null,
    overwrites: deny ? [{ id: GUILD, type: 'role' as const, allow: '0', deny }] : [],
    deleted: false,
  });
  await gateway.world.writeAccess([
    channel(ROOM, 2, null),
    channel(HIDDEN_ROOM, 2, VIEW_CHANNEL),
    channel(NO_HISTORY, 0, READ_MESSAGE_HISTORY),
  ]);
});

afterEach(async () => {
  for (const client of OPEN.splice(0)) client.close();
  await until('all sockets are gone', 10_000, async () =>
    ((await (await fetch(`${gateway.url}/api/health`)).json()) as { connections: { total: number } })
      .connections.total === 0
      ? true
      : undefined,
  );
});

afterAll(() => gateway.stop());

async function client(claims: Record<string, unknown> = {}, expiresInS?: number): Promise<SocketClient> {
  const token = await tokenFor({ role: 'viewer', sub: VIEWER, ...claims }, expiresInS);
  const made = new SocketClient(gateway.url, { token });
  OPEN.push(made);
  await made.connected();
  return made;
}

const enters = (channelId: Snowflake, userId = '8' as Snowflake): ChangeBody => ({
  kind: 'voice_joined',
  body: { guildId: GUILD, channelId, userId, username: 'bob', avatar: null },
});

describe('subscribe_rooms', () => {
  it('subscribe_rooms lists the visible rooms with their users, then sends room events', async () => {
    const { world } = gateway;
    await world.query(
      `INSERT INTO voice_states (guild_id, user_id, channel_id, since, username, seq)
       VALUES ($1, 8, $2, '2026-01-01T00:00:00Z', 'bob', 0)`,
      [GUILD, ROOM],
    );
    const made = await client();
    const ack = await made.request('subscribe_rooms', { guildId: GUILD });
    const head = await world.head(guildFeed(GUILD));
    expect(ack).toEqual({ ok: true, guildId: GUILD, seq: head, resumed: false });
    const since = '2026-01-01T00:00:00.000Z';
    const inside = { userId: '8', username: 'bob', avatar: null, since };
    const room = { guildId: GUILD, channelId: ROOM, name: 'channel 1010', userLimit: 0, members: [inside] };
    expect(made.of('rooms_list')).toEqual([{ guildId: GUILD, seq: head, reason: 'joined', rooms: [room] }]);
    await world.publishChange(enters(HIDDEN_ROOM));
    const seen = await world.publishChange(enters(ROOM));
    const [joined] = await made.waitFor('voice_joined');
    expect(joined).toEqual({ ...seen.body, seq: seen.seq, prev: head });
    expect(made.of('voice_joined')).toHaveLength(1);
  });

  it('subscribe_rooms resumes from the cursor with the visible part of what came after', async () => {
    const { world } = gateway;
    const after = await world.head(guildFeed(GUILD));
    await world.publishChange(enters(HIDDEN_ROOM));
    const { seq } = await world.publishChange(enters(ROOM));
    const made = await client();
    const ack = await made.request('subscribe_rooms', { guildId: GUILD, after });
    expect(ack).toMatchObject({ ok: true, seq, resumed: true });
    expect(made.of('voice_joined')).toMatchObject([{ channelId: ROOM, prev: after, seq }]);
    expect(made.of('rooms_list')).toEqual([]);
  });

  it('subscribe_rooms sends the list again when the user may see more', async () => {
    const { world } = gateway;
    const made = await client();
    await made.request('subscribe_rooms', { guildId: GUILD });
    const open = (channelId: Snowflake, deny: string | null) => ({
      of: 'channel' as const,
      channelId,
      type: 2,
      parentId: null,
      overwrites: deny ? [{ id: GUILD, type: 'role' as const, allow: '0', deny }] : [],
      deleted: false,
    });
    await world.access([open(HIDDEN_ROOM, null)]);
    const [, list] = await made.waitFor('rooms_list', 2);
    expect(list).toMatchObject({ reason: 'access_changed' });
    expect(list!.rooms.map(({ channelId }) => channelId)).toEqual([ROOM, HIDDEN_ROOM]);
    await world.access([open(HIDDEN_ROOM, VIEW_CHANNEL)]);
    expect((await made.waitFor('rooms_list', 3))[2]!.rooms).toHaveLength(1);
  });

  it('subscribe_rooms ends with unsubscribe_rooms, and is refused to non-members', async () => {
    const { world } = gateway;
    const [made, witness] = [await client(), await client()];
    for (const each of [made, witness]) await each.request('subscribe_rooms', { guildId: GUILD });
    expect(await made.request('unsubscribe_rooms', { guildId: GUILD })).toEqual({ ok: true, guildId: GUILD });
    await world.publishChange(enters(ROOM));
    await witness.waitFor('voice_joined');
    expect(made.of('voice_joined')).toEqual([]);
    const stranger = await client({ sub: STRANGER });
    expect(await stranger.request('subscribe_rooms', { guildId: GUILD })).toMatchObject({
      error: { code: 'GUILD.NOT_FOUND' },
    });
  });
});

describe('get_history', () => {
  it('get_history gives pages of messages', async () => {
    const { world } = gateway;
    const [a, b] = [await world.say(OTHER_CHANNEL), await world.say(OTHER_CHANNEL)] as {
      body: { id: Snowflake };
    }[];
    const made = await client();
    const ids = async (request: object) => {
      const answer = await made.request('get_history', { channelId: OTHER_CHANNEL, ...request });
      return (answer as unknown as { messages: { id: string }[] }).messages.map(({ id }) => id);
    };
    expect(await ids({})).toEqual([a!.body.id, b!.body.id]);
    expect(await ids({ before: b!.body.id })).toEqual([a!.body.id]);
    expect(await ids({ after: a!.body.id, limit: 1 })).toEqual([b!.body.id]);
  });

  it('get_history is refused if the user may not see the channel, or not read its history', async () => {
    const [made, stranger] = [await client(), await client({ sub: STRANGER })];
    const code = async (socket: SocketClient, request: object) =>
      ((await socket.request('get_history', request)) as { error?: { code: string } }).error?.code;
    expect(await code(made, { channelId: NO_HISTORY })).toBe('CHANNEL.HISTORY_FORBIDDEN');
    expect(await code(made, { channelId: '999' })).toBe('CHANNEL.NOT_FOUND');
    expect(await code(stranger, { channelId: CHANNEL })).toBe('CHANNEL.NOT_FOUND');
    expect(await code(made, { channelId: CHANNEL, before: '1', after: '1' })).toBe('REQUEST.INVALID');
  });
});

describe('a channel without READ_MESSAGE_HISTORY', () => {
  it('a channel without READ_MESSAGE_HISTORY is followed live, without its history, also from a cursor', async () => {
    const { world } = gateway;
    await world.say(NO_HISTORY);
    const made = await client();
    expect(await made.join({ channelId: NO_HISTORY })).toMatchObject({ ok: true, resumed: false });
    expect(made.lastSnapshot()).toMatchObject({ messages: [], reason: 'joined' });
    const { seq } = await world.say(NO_HISTORY);
    await made.waitFor('message');
    await world.say(NO_HISTORY);
    expect(await made.join({ channelId: NO_HISTORY, after: seq })).toMatchObject({ resumed: false });
    expect(made.lastSnapshot()).toMatchObject({ messages: [], reason: 'history_forbidden' });
  });
});

describe('a token that expires', () => {
  it('an expiring token may be replaced by a newer one of the same user, and subscriptions continue', async () => {
    const made = await client({}, 2);
    await made.join({ channelId: CHANNEL });
    await made.waitFor('error');
    expect(made.lastError()).toMatchObject({ code: 'AUTH.TOKEN_EXPIRED' });
    expect(await made.join({ channelId: OTHER_CHANNEL })).toMatchObject({
      error: { code: 'AUTH.TOKEN_EXPIRED' },
    });
    const other = await tokenFor({ role: 'viewer', sub: STRANGER });
    expect(await made.request('refresh_token', { token: other })).toMatchObject({
      error: { code: 'AUTH.FORBIDDEN' },
    });
    const token = await tokenFor({ role: 'viewer', sub: VIEWER }, 3_600);
    expect(await made.request('refresh_token', { token })).toMatchObject({ ok: true });
    const { seq } = await gateway.world.say();
    await made.waitFor('message');
    expect(made.seqs()).toEqual([seq]);
    expect(await made.join({ channelId: OTHER_CHANNEL })).toMatchObject({ ok: true });
  });

  it('a token may be replaced by one with fewer rights: subscriptions without a right end', async () => {
    const made = await client();
    await made.join({ channelId: FAR_CHANNEL });
    const token = await tokenFor({ role: 'viewer', sub: VIEWER, guilds: [GUILD] });
    expect(await made.request('refresh_token', { token })).toMatchObject({ ok: true });
    expect(made.of('unsubscribed')).toEqual([{ channelId: FAR_CHANNEL, code: 'CHANNEL.ACCESS_LOST' }]);
  });
});

describe('position', () => {
  it('position is sent for feeds that moved: to all in a channel, and to each subscriber of rooms', async () => {
    const { world } = gateway;
    const made = await client();
    await made.join({ channelId: CHANNEL });
    await made.request('subscribe_rooms', { guildId: GUILD });
    const said = await world.say();
    const entered = await world.publishChange(enters(ROOM));
    await world.publishChange(enters(HIDDEN_ROOM));
    await until('both positions', 10_000, () => {
      const notices = made.of('position');
      const has = (notice: object) => notices.some((each) => JSON.stringify(each) === JSON.stringify(notice));
      return (
        (has({ channelId: CHANNEL, seq: said.seq }) && has({ guildId: GUILD, seq: entered.seq })) || undefined
      );
    });
  });

  it('position is also sent for quiet feeds from time to time', async () => {
    const made = await client();
    const joined = await made.join({ channelId: OTHER_CHANNEL });
    expect(await made.waitFor('position')).toEqual([
      { channelId: OTHER_CHANNEL, seq: (joined as { seq: number }).seq },
    ]);
  });
});

describe('ephemeral events', () => {
  const ephemeral = (type: 'typing.started' | 'presence.updated', data: object): string =>
    JSON.stringify({
      ...{ specversion: '1.0', id: 'x', source: 'test', type, typeversion: 1, time: '2026-01-01T00:00:00Z' },
      ...{ guildid: GUILD, data },
    } satisfies Partial<Record<keyof RelayEvent, unknown>>);

  it('ephemeral events reach subscribers of the channel, or of the guild’s channels as members', async () => {
    const { world } = gateway;
    const [inChannel, listing, stranger] = [await client(), await client(), await client({ sub: STRANGER })];
    await inChannel.join({ channelId: CHANNEL });
    for (const each of [listing, stranger]) await each.request('get_channels');
    const startedAt = '2026-01-01T00:00:00.000Z';
    const typing = { guildId: GUILD, channelId: CHANNEL, userId: '8', startedAt };
    await world.publish(
      `ephemeral.3.${GUILD}.${CHANNEL}.typing.started`,
      ephemeral('typing.started', typing),
    );
    const presence = { guildId: GUILD, userId: '8', status: 'idle' };
    await world.publish(`ephemeral.3.${GUILD}.-.presence.updated`, ephemeral('presence.updated', presence));
    const place = { channelId: CHANNEL, serverId: GUILD };
    expect(await inChannel.waitFor('typing')).toEqual([{ ...place, userId: '8', startedAt }]);
    expect(await listing.waitFor('presence')).toEqual([{ serverId: GUILD, userId: '8', status: 'idle' }]);
    expect([inChannel.of('presence'), listing.of('typing'), stranger.of('presence')]).toEqual([[], [], []]);
  });
});

describe('get_channels', () => {
  it('get_channels lists what the user may see, and again when that changes', async () => {
    const { world } = gateway;
    const made = await client({ guilds: [GUILD] });
    await made.request('get_channels');
    const ids = () =>
      new Set(
        made
          .of('channels_list')
          .at(-1)!
          .map(({ id }) => id),
      );
    expect(ids()).toEqual(new Set([CHANNEL, OTHER_CHANNEL, ROOM, NO_HISTORY]));
    await world.access([{ of: 'member', userId: VIEWER, ...MEMBER, left: true }]);
    await made.waitFor('channels_list', 2);
    expect(ids()).toEqual(new Set());
    await world.access([{ of: 'member', userId: VIEWER, ...MEMBER }]);
  });
});

describe('limits', () => {
  it('a request that is nested 3,000 deep is answered as invalid, and the socket continues', async () => {
    const { socket } = await client();
    let nested: unknown = 1;
    for (let depth = 0; depth < 3_000; depth++) nested = [nested];
    const answer = await socket.timeout(10_000).emitWithAck('join_channel', { channelId: nested } as never);
    expect(answer).toMatchObject({ ok: false, error: { code: 'REQUEST.INVALID' } });
    const next = await socket.timeout(10_000).emitWithAck('join_channel', { channelId: CHANNEL });
    expect(next).toMatchObject({ ok: true });
  });

  it('limits are reported, such as the number of a user’s sockets', async () => {
    for (let n = 0; n < 4; n++) await client();
    await expect(client()).rejects.toMatchObject({
      data: { code: 'SOCKET.TOO_MANY_CONNECTIONS', retryable: true },
    });
    expect(await client({ sub: STRANGER })).toBeDefined();
  });
});
