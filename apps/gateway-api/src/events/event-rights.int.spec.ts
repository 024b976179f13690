import { LOG_STREAM, type Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { EventLog } from '../testing/event-log.js';
import { EventsClient } from '../testing/events-client.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD, VIEWER } from '../testing/world.js';

const SECRET_CHANNEL = '1003' as Snowflake;

let gateway: TestGateway;
let log: EventLog;
let viewer: string;
let analyst: string;

beforeAll(async () => {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: '100' });
  log = await EventLog.create(gateway.nats.url, gateway.world);
  viewer = await tokenFor({ role: 'viewer', sub: VIEWER });
  analyst = await tokenFor({ role: 'analyst' });
  await gateway.world.access([
    {
      of: 'channel',
      channelId: SECRET_CHANNEL,
      type: 0,
      parentId: null,
      overwrites: [{ id: GUILD, type: 'role', allow: '0', deny: '1024' }],
      deleted: false,
    },
  ]);
});
afterAll(async () => {
  await log.close();
  await gateway.stop();
});

const urlOf = (query: Record<string, string> = {}) =>
  `${gateway.url}/api/v1/events?${new URLSearchParams(query)}`;

async function read(query: Record<string, string> = {}, token = viewer): Promise<EventsClient> {
  const client = await EventsClient.open(urlOf(query), token);
  await client.end();
  expect(client.records.at(-1)).toMatchObject({ type: 'relay.end' });
  return client;
}

async function refusal(
  query: Record<string, string>,
  token = viewer,
): Promise<{ code: string; detail: string }> {
  const response = await fetch(urlOf(query), { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as { code: string; detail: string };
}

describe('the rights of the event stream', () => {
  it('a viewer gets what happens to messages of channels whose history they may read, and nothing else', async () => {
    await log.say('open');
    await log.say('SECRET', { channelId: SECRET_CHANNEL });
    await log.append(
      'member.updated',
      { guildId: GUILD, user: { id: '8' as Snowflake } },
      { channelId: null },
    );
    await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, name: 'x' });
    await log.project();
    const { events, records } = await read();
    expect(events.map(({ data }) => data.content)).toEqual(['open']);
    expect(JSON.stringify(records)).not.toContain('SECRET');
    const everything = await read({}, analyst);
    expect(everything.events.map(({ type }) => type)).toEqual([
      'message.created',
      'message.created',
      'member.updated',
      'channel.updated',
    ]);
  });

  it('a viewer does not get a content that an edit replaced; an analyst does', async () => {
    const id = await log.say('SECRET draft');
    await log.edit(id, 'final');
    const seen = (await read({ channel: CHANNEL })).events.filter(({ data }) => data.id === id);
    expect(seen.map(({ redacted, data }) => [redacted, data.content])).toEqual([
      ['superseded', undefined],
      [undefined, 'final'],
    ]);
    const all = (await read({ channel: CHANNEL }, analyst)).events.filter(({ data }) => data.id === id);
    expect(all.map(({ data }) => data.content)).toEqual(['SECRET draft', 'final']);
  });

  it('a request beyond the rights of the caller is refused, as if what is hidden did not exist', async () => {
    expect(await refusal({ channel: SECRET_CHANNEL })).toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    expect(await refusal({ channel: '4242' })).toMatchObject({ code: 'CHANNEL.NOT_FOUND' });
    expect(await refusal({ guild: '4242' })).toMatchObject({ code: 'GUILD.NOT_FOUND' });
    expect(await refusal({ guild: GUILD, channel: FAR_CHANNEL })).toMatchObject({
      code: 'CHANNEL.NOT_FOUND',
    });
    expect(await refusal({ types: 'member.*' })).toMatchObject({
      code: 'AUTH.FORBIDDEN',
      detail: expect.stringContaining('types'),
    });
    const limited = await tokenFor({ role: 'analyst', guilds: [GUILD] });
    expect(await refusal({ guild: OTHER_GUILD }, limited)).toMatchObject({ code: 'GUILD.NOT_FOUND' });
    const stranger = await tokenFor({ role: 'viewer', sub: '999' });
    expect(await refusal({}, stranger)).toMatchObject({ code: 'GUILD.NOT_FOUND' });
  });

  it('a right that is lost while a stream is open counts for every later event', async () => {
    const client = await EventsClient.open(urlOf({ follow: 'true' }), viewer);
    try {
      await client.first('relay.position');
      await log.say('before', { channelId: OTHER_CHANNEL });
      await client.take(1);
      await gateway.world.access([
        {
          of: 'channel',
          channelId: OTHER_CHANNEL,
          type: 0,
          parentId: null,
          overwrites: [{ id: GUILD, type: 'role', allow: '0', deny: '1024' }],
          deleted: false,
        },
      ]);
      await log.say('SECRET', { channelId: OTHER_CHANNEL });
      await log.say('after');
      const events = await client.take(2);
      expect(events.map(({ data }) => data.content)).toEqual(['before', 'after']);
    } finally {
      client.close();
    }
  });

  it('the gaps of the range are reported first, without channels that the caller may not see', async () => {
    await gateway.world.query(
      `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, to_time, closed_at, unrecoverable, seq)
       VALUES ('a:b', $1, 'session_lost', now(), now() - interval '1 hour', now() - interval '30 minutes', now(), $2, 1),
              ('old', $1, 'session_lost', '2020-01-02', '2020-01-01', '2020-01-02', '2020-01-02', '{}', 2)`,
      [GUILD, [`no_access:${SECRET_CHANNEL}`, `no_access:${CHANNEL}`]],
    );
    const gapsOf = async (query: Record<string, string>, token = viewer) =>
      (await read(query, token)).of('relay.gap');
    const [gap, ...rest] = await gapsOf({ from: 'now-2h', types: 'message.created' });
    expect(rest).toEqual([]);
    expect(gap!.data).toMatchObject({
      gapId: 'a:b',
      guildId: GUILD,
      unrecoverable: [`no_access:${CHANNEL}`],
    });
    expect((await gapsOf({ from: 'now-2h' }, analyst))[0]!.data.unrecoverable).toHaveLength(2);
    expect(await gapsOf({ from: 'now-1m' })).toEqual([]);
    expect((await gapsOf({})).map(({ data }) => data.gapId)).toEqual(['a:b', 'old']);
    expect(await gapsOf({ guild: OTHER_GUILD })).toEqual([]);
  });

  it('a gap that opens while a stream follows is sent, whatever types are selected', async () => {
    const client = await EventsClient.open(urlOf({ follow: 'true', channel: CHANNEL }), viewer);
    try {
      await client.first('relay.position');
      await log.append(
        'gap.closed',
        {
          gapId: 'x:y',
          recovered: { messages: 0, edits: 0, deletions: 0, reactions: 0, threads: 0 },
          unrecoverable: [`no_access:${SECRET_CHANNEL}`],
          channels: { done: 1, skipped: 1 },
        },
        { channelId: null },
      );
      await log.project();
      const [gap] = await client.take(1);
      expect([gap!.type, gap!.data.unrecoverable]).toEqual(['gap.closed', []]);
    } finally {
      client.close();
    }
  });

  it('events that the log no longer has are reported as a gap', async () => {
    const { jsm } = log;
    await jsm.streams.purge(LOG_STREAM, { seq: 3 });
    const notKept = async (query: Record<string, string>) =>
      (await read(query, analyst)).of('relay.gap').filter(({ data }) => data.cause === 'not_kept');
    expect((await notKept({}))[0]!.data).toEqual({ cause: 'not_kept', untilSeq: 2 });
    expect(await notKept({ fromSeq: '1' })).toHaveLength(1);
    expect(await notKept({ from: '2020-01-01' })).toHaveLength(1);
    expect(await notKept({ fromSeq: '4' })).toEqual([]);
    await until(
      'consumers are deleted',
      20_000,
      async () => (await log.consumers()).length === 0 || undefined,
    );
  });
});

describe('bad input', () => {
  it.each([
    [{ from: 'yesterday' }, 'from'],
    [{ to: '2026-13-01' }, 'to'],
    [{ from: '2026-01-02T03:04:05' }, 'from'],
    [{ from: 'now-2w' }, 'from'],
    [{ from: '2999-01-01' }, 'from'],
    [{ to: '2999-01-01' }, 'to'],
    [{ from: '2025-01-02', to: '2025-01-01' }, 'from'],
    [{ from: '2025-01-02', to: '2025-01-02' }, 'to'],
    [{ fromSeq: '-1' }, 'fromSeq'],
    [{ fromSeq: '9999999' }, 'fromSeq'],
    [{ toSeq: '9999999' }, 'toSeq'],
    [{ fromSeq: '5', toSeq: '4' }, 'fromSeq'],
    [{ from: '2025-01-01', fromSeq: '1' }, 'fromSeq'],
    [{ cursor: '1', fromSeq: '1' }, 'cursor'],
    [{ follow: 'true', toSeq: '1' }, 'follow'],
    [{ follow: 'yes' }, 'follow'],
    [{ cursor: 'nonsense!' }, 'cursor'],
    [{ cursor: 'zzzzzz.1' }, 'cursor'],
    [{ cursor: '9999999' }, 'cursor'],
    [{ types: 'message.exploded' }, 'types'],
    [{ types: 'message' }, 'types'],
    [{ types: '' }, 'types'],
    [{ guild: 'abc' }, 'guild'],
    [{ channel: '1,x' }, 'channel'],
    [{ author: '' }, 'author'],
    [{ speed: '-1' }, 'speed'],
    [{ speed: '0.5' }, 'speed'],
    [{ speed: '1001' }, 'speed'],
    [{ speed: 'fast' }, 'speed'],
    [{ colour: 'red' }, 'colour'],
  ])('a request for events with %j is refused, and the answer names the field %s', async (query, field) => {
    const { code, detail } = await refusal(query as unknown as Record<string, string>, analyst);
    expect({ code, detail }).toEqual({
      code: 'REQUEST.INVALID',
      detail: expect.stringMatching(new RegExp(`\\b${field}\\b`)),
    });
  });

  it('a cursor of a log that was replaced is refused', async () => {
    await log.say('one');
    const { cursor } = (await read({}, analyst)).events.at(-1)!;
    await log.jsm.streams.delete(LOG_STREAM);
    await log.createStream();
    for (let i = 0; i < 30; i++)
      await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, name: `${i}` });
    await log.project();
    expect(await refusal({ cursor }, analyst)).toEqual(
      expect.objectContaining({
        code: 'REQUEST.INVALID',
        detail: expect.stringMatching(/^cursor belongs to another/),
      }),
    );
  });
});
