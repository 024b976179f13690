import { type AccessChange, LOG_STREAM, type MessagesBulk, type Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { EventLog } from '../testing/event-log.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { ReplayClient } from '../testing/replay-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, MEMBER, OTHER_CHANNEL, OTHER_GUILD, VIEWER } from '../testing/world.js';

const SECRET_CHANNEL = '1003' as Snowflake;
const LIVE_CHANNEL = '1004' as Snowflake;
const VIEW_CHANNEL = '1024';
const READ_MESSAGE_HISTORY = '65536';

let gateway: TestGateway;
let log: EventLog;
let viewer: string;
let analyst: string;
const clients: ReplayClient[] = [];

const channel = (channelId: Snowflake, deny?: string): AccessChange => ({
  of: 'channel',
  channelId,
  type: 0,
  parentId: null,
  overwrites: deny === undefined ? [] : [{ id: GUILD, type: 'role', allow: '0', deny }],
  deleted: false,
});

beforeAll(async () => {
  gateway = await startGateway({ TOKEN_GRACE_MS: '0' });
  log = await EventLog.create(gateway.nats.url, gateway.world);
  viewer = await tokenFor({ role: 'viewer', sub: VIEWER });
  analyst = await tokenFor({ role: 'analyst' });
  await gateway.world.access([
    channel(SECRET_CHANNEL, VIEW_CHANNEL),
    channel(LIVE_CHANNEL, READ_MESSAGE_HISTORY),
  ]);
});
afterAll(async () => {
  await log.close();
  await gateway.stop();
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
beforeEach(async () => {
  await log.jsm.streams.delete(LOG_STREAM);
  await log.createStream();
  log.lastSeq = 0;
  await gateway.world.query('TRUNCATE messages, message_versions, row_versions, checkpoints');
});

async function open(token: string): Promise<ReplayClient> {
  const client = await ReplayClient.open(gateway.url, token);
  clients.push(client);
  return client;
}

const FAST = { from: 'now-1h', speed: 1_000, skipQuiet: true };

/** A whole replay. */
async function replay(token: string, request: object): Promise<{ client: ReplayClient; id: string }> {
  const client = await open(token);
  const { id } = await client.start({ ...FAST, ...request });
  expect(await client.ended(id)).toMatchObject({ reason: 'complete' });
  return { client, id };
}

describe('the rights of replays', () => {
  it.each([
    ['a hidden channel', { channelId: SECRET_CHANNEL }, 'CHANNEL.NOT_FOUND'],
    ['an unknown channel', { channelId: '4242' }, 'CHANNEL.NOT_FOUND'],
    ['a channel whose history is hidden', { channelId: LIVE_CHANNEL }, 'CHANNEL.HISTORY_FORBIDDEN'],
    ['an unknown guild', { guildId: '4242' }, 'GUILD.NOT_FOUND'],
  ])('the rights of replays do not allow %s', async (_, request, code) => {
    const client = await open(viewer);
    expect(await client.refusal('replay_start', { ...FAST, ...request })).toMatchObject({ code });
  });

  it('the rights of replays do not allow guilds beyond those of a token', async () => {
    const client = await open(await tokenFor({ role: 'analyst', guilds: [GUILD] }));
    const far = { ...FAST, guildId: OTHER_GUILD };
    expect(await client.refusal('replay_start', far)).toMatchObject({ code: 'GUILD.NOT_FOUND' });
    const channelOfFar = { ...FAST, channelId: FAR_CHANNEL };
    expect(await client.refusal('replay_start', channelOfFar)).toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
  });

  it.each(['analyst', 'admin'])(
    'the rights of replays let an %s see every channel, earlier contents and what happened to channels',
    async (role) => {
      const from = await log.now();
      const edited = await log.say('draft');
      await log.edit(edited, 'final');
      await log.say('hidden', { channelId: SECRET_CHANNEL });
      await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, name: 'renamed' });
      await log.project();
      const { client, id } = await replay(await tokenFor({ role }), { guildId: GUILD, from });
      expect(client.contents(id)).toEqual(['draft', 'hidden']);
      expect(client.of('channel_update')).toMatchObject([{ id: CHANNEL, name: 'renamed', replay: { id } }]);
    },
  );

  it('the rights of replays let a viewer see messages of channels whose history they may read, as they are now', async () => {
    const from = await log.now();
    const edited = await log.say('SECRET draft');
    await log.edit(edited, 'final');
    await log.delete(await log.say('SECRET deleted'));
    await log.say('SECRET hidden', { channelId: SECRET_CHANNEL });
    await log.say('SECRET live only', { channelId: LIVE_CHANNEL });
    await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, name: 'SECRET name' });
    await log.project();
    const { client, id } = await replay(viewer, { guildId: GUILD, from });
    const events = client
      .ofReplay(id)
      .filter(({ event }) => event !== 'rooms_list')
      .map(({ event, payload: { content, replay: mark } }) => [event, content, mark!.redacted]);
    expect(events).toEqual([
      ['message', '', 'superseded'],
      ['message_update', 'final', undefined],
      ['message', '', 'deleted'],
      ['message_delete', undefined, undefined],
    ]);
    expect(JSON.stringify(client.received)).not.toContain('SECRET');
  });

  it('the rights of replays withhold earlier contents from a viewer in snapshots, too', async () => {
    const id = await log.say('SECRET draft');
    await log.say('plain');
    const from = await log.now();
    await log.edit(id, 'final');
    const bulkOf = async (token: string) => {
      const { client } = await replay(token, { channelId: CHANNEL, from });
      const { messages } = client.lastSnapshot() as MessagesBulk;
      return messages.map(({ content, author, redacted }) => [content, author.username, redacted]);
    };
    expect(await bulkOf(viewer)).toEqual([
      ['', 'ada', 'superseded'],
      ['plain', 'ada', undefined],
    ]);
    expect(await bulkOf(analyst)).toEqual([
      ['SECRET draft', 'ada', undefined],
      ['plain', 'ada', undefined],
    ]);
  });

  it('the rights of replays include those of the time: a viewer does not see what they could not see then', async () => {
    await log.say('SECRET then', { channelId: OTHER_CHANNEL });
    const from = await log.now();
    await log.say('SECRET later', { channelId: OTHER_CHANNEL });
    const [hidden] = await gateway.world.query<{ row: object }>(
      'SELECT jsonb_strip_nulls(to_jsonb(c)) AS row FROM channels c WHERE id = $1',
      [OTHER_CHANNEL],
    );
    const overwrites = [{ id: GUILD, type: 'role', allow: '0', deny: VIEW_CHANNEL }];
    await gateway.world.query(
      `INSERT INTO row_versions (of_table, guild_id, id, until_seq, before) VALUES ('channels', $1, $2, $3, $4)`,
      [GUILD, OTHER_CHANNEL, log.lastSeq + 1, JSON.stringify({ ...hidden!.row, overwrites })],
    );
    await log.say('granted', { channelId: OTHER_CHANNEL });
    await log.say('now', { channelId: OTHER_CHANNEL });
    const whole = await replay(viewer, { guildId: GUILD });
    expect(whole.client.contents(whole.id)).toEqual(['granted', 'now']);
    const { client, id } = await replay(viewer, { channelId: OTHER_CHANNEL, from });
    expect(client.contents(id)).toEqual(['granted', 'now']);
    expect(client.lastSnapshot()).toMatchObject({ messages: [], reason: 'history_forbidden' });
    expect(JSON.stringify([whole.client.received, client.received])).not.toContain('SECRET');
    const all = await replay(analyst, { channelId: OTHER_CHANNEL, from });
    expect(all.client.contents(all.id)).toEqual(['SECRET later', 'granted', 'now']);
    expect(all.client.lastSnapshot().messages).toMatchObject([{ content: 'SECRET then' }]);
  });

  it('a replay ends when access to its channel is lost, also while it is paused', async () => {
    await log.say('before', { channelId: OTHER_CHANNEL });
    const client = await open(viewer);
    const { id } = await client.start({ channelId: OTHER_CHANNEL, from: 'now-1h' });
    await client.send('replay_pause', { id });
    await client.snapshots(id, 1);
    await gateway.world.access([channel(OTHER_CHANNEL, VIEW_CHANNEL)]);
    expect(await client.ended(id)).toMatchObject({
      reason: 'failed',
      error: { code: 'CHANNEL.ACCESS_LOST', retryable: false },
    });
    expect(await client.refusal('replay_resume', { id })).toMatchObject({ code: 'REPLAY.NOT_FOUND' });
    await gateway.world.access([channel(OTHER_CHANNEL)]);
  });

  it('a channel that is lost during a replay of its guild is left out from then on', async () => {
    await log.say('one', { channelId: OTHER_CHANNEL });
    const from = await log.now();
    await log.say('SECRET', { channelId: OTHER_CHANNEL });
    await log.say('two');
    const client = await open(viewer);
    const { id } = await client.start({ guildId: GUILD, from: 'now-1h' });
    await client.send('replay_pause', { id });
    await gateway.world.access([channel(OTHER_CHANNEL, VIEW_CHANNEL)]);
    await client.send('replay_seek', { id, at: from });
    await client.send('replay_resume', { id });
    expect(await client.ended(id)).toMatchObject({ reason: 'complete' });
    expect(client.contents(id)).toEqual(['two']);
    await gateway.world.access([channel(OTHER_CHANNEL)]);
  });

  it('a replay ends when the user leaves the guild', async () => {
    const guest = '777' as Snowflake;
    const member = (left: boolean): AccessChange => ({
      of: 'member',
      userId: guest,
      ...MEMBER,
      left,
    });
    await gateway.world.access([member(false)]);
    await log.say('one');
    const client = await open(await tokenFor({ role: 'viewer', sub: guest }));
    const { id } = await client.start({ guildId: GUILD, from: 'now-1h' });
    await gateway.world.access([member(true)]);
    expect(await client.ended(id)).toMatchObject({ reason: 'failed', error: { code: 'GUILD.NOT_FOUND' } });
  });

  it('a replay ends with the token, and with fewer rights of a new token', async () => {
    await log.say('one');
    const expiring = await open(await tokenFor({ role: 'analyst', sub: 'brief' }, 3));
    await expiring.start({ guildId: GUILD, from: 'now-1h' });
    const narrowed = await open(await tokenFor({ role: 'analyst', sub: 'narrowed' }));
    const { id } = await narrowed.start({ guildId: GUILD, from: 'now-1h' });
    const token = await tokenFor({ role: 'analyst', sub: 'narrowed', guilds: [OTHER_GUILD] });
    expect(await narrowed.request('refresh_token', { token })).toMatchObject({ ok: true });
    expect(await narrowed.ended(id)).toMatchObject({ reason: 'failed', error: { code: 'GUILD.NOT_FOUND' } });
    await until('the socket is closed', 20_000, () => !expiring.socket.connected || undefined);
    await noReplays();
  });

  it('a replay ends when its token is revoked', async () => {
    await log.say('one');
    const headers = {
      authorization: `Bearer ${await tokenFor({ role: 'admin' })}`,
      'content-type': 'application/json',
    };
    const made = await fetch(`${gateway.url}/api/v1/tokens`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: 'replays', role: 'analyst' }),
    });
    const { token, id } = (await made.json()) as { token: string; id: string };
    const client = await open(token);
    await client.start({ guildId: GUILD, from: 'now-1h' });
    await fetch(`${gateway.url}/api/v1/tokens/${id}`, { method: 'DELETE', headers });
    await until('the socket is closed', 20_000, () => !client.socket.connected || undefined);
    await noReplays();
  });

  it('a replay ends when the replica stops, and the client learns that it may try again', async () => {
    await log.say('one');
    const client = await open(analyst);
    const { id } = await client.start({ guildId: GUILD, from: 'now-1h' });
    await gateway.app.close();
    expect(client.of('replay_ended')).toMatchObject([
      { id, reason: 'failed', error: { code: 'SERVICE.UNAVAILABLE', retryable: true } },
    ]);
  });
});

const noReplays = () =>
  until('no replay is left', 20_000, async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return /^relay_gateway_replays(\{[^}]*\})? 0$/m.test(metrics) || undefined;
  });
