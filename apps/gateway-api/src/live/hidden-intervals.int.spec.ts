import type { AccessChange, Change, RestEventPage, Snowflake } from '@discord-relay/contracts';
import { projectionSchema, PROJECTION_VERSION } from '@discord-relay/read-model';
import { patientFetch } from '../testing/patient-fetch.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { obstruct } from '../testing/obstruct.js';
import { SocketClient } from '../testing/socket-client.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, MEMBER, VIEWER } from '../testing/world.js';

const ROOM = '1003' as Snowflake;
const GUEST = '777' as Snowflake;
const VIEW_CHANNEL = '1024';
const TABLES = projectionSchema(PROJECTION_VERSION);

let gateway: TestGateway;
const sockets: SocketClient[] = [];
const streams: SseClient[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  await gateway.world.query(
    `INSERT INTO channels (id, guild_id, type, name, position, overwrites, seq)
     VALUES ($1, $2, 2, 'Lounge', 2, '[]', 0)`,
    [ROOM, GUILD],
  );
});
afterAll(() => gateway.stop());
afterEach(async () => {
  for (const client of [...sockets.splice(0), ...streams.splice(0)]) client.close();
  await gateway.world.query('DELETE FROM voice_states');
});

async function connect(claims: Record<string, unknown> = { role: 'viewer', sub: VIEWER }) {
  const client = new SocketClient(gateway.url, { token: await tokenFor(claims) });
  sockets.push(client);
  await client.connected();
  return client;
}

const access = (channelId: Snowflake, hidden: boolean): AccessChange => ({
  ...{ of: 'channel', channelId, type: channelId === ROOM ? 2 : 0, parentId: null, deleted: false },
  overwrites: hidden ? [{ id: GUILD, type: 'role', allow: '0', deny: VIEW_CHANNEL }] : [],
});
const hide = (channelId: Snowflake) => gateway.world.access([access(channelId, true)]);
const show = (channelId: Snowflake) => gateway.world.access([access(channelId, false)]);
const enter = (): Promise<Change> => {
  const body = { guildId: GUILD, channelId: ROOM, userId: GUEST, username: 'bob', avatar: null };
  return gateway.world.publishChange({ kind: 'voice_joined', body });
};

/** A subscriber who sees everything: once it has received an event, the gateway has delivered the event. */
async function witness(): Promise<SocketClient> {
  const admin = await connect({ role: 'admin' });
  await admin.join({ channelId: CHANNEL });
  await admin.request('subscribe_rooms', { guildId: GUILD });
  return admin;
}

describe('an event while a channel is briefly hidden', () => {
  it('an event in a briefly hidden channel is not sent live to a new socket, but is in later snapshots', async () => {
    const [admin, client] = [await witness(), await connect()];
    let joined: Promise<unknown> = Promise.resolve();
    const clear = await obstruct(gateway.databaseLine.url, `${TABLES}.reaction_counts`, () => {
      joined = client.join({ channelId: CHANNEL });
    });
    await hide(CHANNEL);
    const secret = await gateway.world.say(CHANNEL, GUILD, 'secret');
    await show(CHANNEL);
    const open = await gateway.world.say(CHANNEL, GUILD, 'open');
    await admin.waitFor('message', 2);
    await clear();
    expect(await joined).toMatchObject({ ok: true, resumed: false });
    expect(client.of('message')).toEqual([]);
    const [snapshot, ...more] = client.of('messages_bulk');
    expect(more).toEqual([]);
    expect(snapshot!.seq).toBe(open.seq);
    const ids = [secret, open].map(({ body }) => (body as { id: Snowflake }).id);
    expect(snapshot!.messages.map(({ id }) => id).slice(-2)).toEqual(ids);
  });

  it('an event in a hidden room is not sent to a socket that subscribes at that time; the socket gets the rooms again', async () => {
    const [admin, client] = [await witness(), await connect()];
    let subscribed: Promise<unknown> = Promise.resolve();
    const clear = await obstruct(gateway.databaseLine.url, `${TABLES}.voice_states`, () => {
      subscribed = client.request('subscribe_rooms', { guildId: GUILD });
    });
    await hide(ROOM);
    await enter();
    await show(ROOM);
    await admin.waitFor('voice_joined');
    await clear();
    await gateway.world.query(
      `INSERT INTO voice_states (guild_id, user_id, channel_id, username, seq) VALUES ($1, $2, $3, 'bob', 0)`,
      [GUILD, GUEST, ROOM],
    );
    expect(await subscribed).toMatchObject({ ok: true });
    const [, anew] = await client.waitFor('rooms_list', 2);
    expect(client.of('voice_joined')).toEqual([]);
    expect(anew).toMatchObject({ reason: 'access_changed' });
  });

  it('an event in a briefly hidden channel is not in the tail of a resume: a snapshot is sent instead', async () => {
    const client = await connect();
    const { seq: after } = await gateway.world.say();
    await hide(CHANNEL);
    await gateway.world.say(CHANNEL, GUILD, 'secret');
    const shown = await show(CHANNEL);
    expect(await client.join({ channelId: CHANNEL, after })).toMatchObject({ ok: true, resumed: false });
    expect(client.lastSnapshot()).toMatchObject({ reason: 'access_changed' });
    expect(client.of('message')).toEqual([]);
    expect(await eventsAfter(after)).toMatchObject({ reason: 'access_changed' });
    const stream = await streamAfter(after);
    expect(dataOf(stream, 'gap')).toMatchObject([{ reason: 'access_changed' }]);
    expect(dataOf(stream, 'message.created')).toEqual([]);
    const { seq } = await gateway.world.say();
    expect(await client.join({ channelId: CHANNEL, after: shown.seq })).toMatchObject({
      ok: true,
      resumed: true,
    });
    expect(client.seqs()).toContain(seq);
    expect(await eventsAfter(shown.seq)).toMatchObject({ events: [{ payload: { seq } }], more: false });
  });

  it('an event in a hidden room is not in the tail of a stream either', async () => {
    const { seq: after } = await gateway.world.say();
    await hide(ROOM);
    await enter();
    await show(ROOM);
    const stream = await streamAfter(after);
    expect(dataOf(stream, 'gap')).toMatchObject([{ reason: 'access_changed' }]);
    expect(dataOf(stream, 'voice.joined')).toEqual([]);
  });

  it('an event that hides the channel from another member does not prevent a tail', async () => {
    const client = await connect();
    const { seq: after } = await gateway.world.say();
    await gateway.world.say();
    await gateway.world.access([{ of: 'member', userId: GUEST, ...MEMBER }]);
    expect(await client.join({ channelId: CHANNEL, after })).toMatchObject({ ok: true, resumed: true });
    expect(await eventsAfter(after)).toMatchObject({ more: false });
  });

  it('a resume gets a snapshot if an event without a change hid the channel', async () => {
    const client = await connect();
    const { seq: after } = await gateway.world.say();
    await gateway.world.say();
    await gateway.world.retry([access(CHANNEL, false)]);
    await gateway.world.say();
    expect(await client.join({ channelId: CHANNEL, after })).toMatchObject({ ok: true, resumed: false });
  });
});

async function eventsAfter(after: number): Promise<RestEventPage> {
  const token = await tokenFor({ role: 'viewer', sub: VIEWER });
  const url = `${gateway.url}/api/v1/channels/${CHANNEL}/events?after=${after}`;
  return (await (
    await patientFetch(url, { headers: { authorization: `Bearer ${token}` } })
  ).json()) as RestEventPage;
}

async function streamAfter(after: number): Promise<SseClient> {
  const token = await tokenFor({ role: 'viewer', sub: VIEWER });
  const url = `${gateway.url}/api/stream?guild=${GUILD}`;
  const stream = await SseClient.open(url, { token, lastEventId: String(after) });
  streams.push(stream);
  await stream.reach(await gateway.world.head(`a:${GUILD}`));
  return stream;
}

const dataOf = (stream: SseClient, name: string): unknown[] =>
  stream.events.filter(({ event }) => event === name).map(({ data }) => data);
