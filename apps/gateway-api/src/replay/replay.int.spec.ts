import { LOG_STREAM, type MessagesBulk } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { wallClockMs } from '@discord-relay/platform';
import { EventLog } from '../testing/event-log.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { ReplayClient } from '../testing/replay-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL } from '../testing/world.js';

let gateway: TestGateway;
let log: EventLog;
let analyst: string;
const clients: ReplayClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({ MAX_REPLAYS_PER_USER: '2' });
  log = await EventLog.create(gateway.nats.url, gateway.world);
  analyst = await tokenFor({ role: 'analyst' });
});
afterAll(async () => {
  await log.close();
  await gateway.stop();
});
afterEach(async () => {
  clients.splice(0).forEach((client) => client.close());
  await idle();
});
/** Each test has its own log, with the same name. */
beforeEach(async () => {
  await log.jsm.streams.delete(LOG_STREAM);
  await log.createStream();
  log.lastSeq = 0;
  await gateway.world.query('TRUNCATE messages, message_versions, gaps, checkpoints');
});

async function open(token = analyst): Promise<ReplayClient> {
  const client = await ReplayClient.open(gateway.url, token);
  clients.push(client);
  return client;
}

/** Resolves when no replay is left, and no consumer of one. */
async function idle(): Promise<void> {
  await until('no replay is left', 20_000, async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return /^relay_gateway_replays(\{[^}]*\})? 0$/m.test(metrics) || undefined;
  });
  await until('no consumer is left', 20_000, async () => (await log.consumers()).length === 0 || undefined);
}

/** As fast as possible, from the beginning. */
const FAST = { channelId: CHANNEL, from: 'now-1h', speed: 1_000, skipQuiet: true };

const contentsOf = ({ messages }: Pick<MessagesBulk, 'messages'>) => messages.map(({ content }) => content);

describe('a replay', () => {
  it('a replay begins with the channel as it was, and continues with the events in order, linked and marked', async () => {
    const [first] = [await log.say('one'), await log.say('two')];
    await log.edit(first, 'one, edited');
    const from = await log.now();
    await log.say('three');
    await log.edit(first, 'one, edited again');
    const gone = await log.say('four');
    const lastSeq = await log.delete(gone);
    const client = await open();
    const { id } = await client.start({ ...FAST, from });
    const ended = await client.ended(id);
    expect(ended).toMatchObject({ id, reason: 'complete' });
    const [snapshot, ...events] = client.ofReplay(id);
    expect(snapshot).toMatchObject({
      event: 'messages_bulk',
      payload: { channelId: CHANNEL, serverId: GUILD, seq: 3, reason: 'replay', replay: { id, at: from } },
    });
    const bulk = snapshot!.payload as unknown as MessagesBulk;
    expect(contentsOf(bulk)).toEqual(['one, edited', 'two']);
    expect(bulk.messages.map(({ revision, seq }) => [revision, seq])).toEqual([
      [1, 3],
      [0, 2],
    ]);
    expect(events.map(({ event, payload: { content, revision } }) => [event, content, revision])).toEqual([
      ['message', 'three', 0],
      ['message_update', 'one, edited again', 2],
      ['message', '', 0],
      ['message_delete', undefined, undefined],
    ]);
    expect(events.map(({ payload: { prev, seq } }) => [prev, seq])).toEqual([
      [3, 4],
      [4, 5],
      [5, 6],
      [6, lastSeq],
    ]);
    expect(events.map(({ payload }) => payload.replay?.redacted)).toEqual([
      undefined,
      undefined,
      'deleted',
      undefined,
    ]);
    const { time } = (await log.jsm.streams.getMessage(LOG_STREAM, { seq: 4 }))!;
    expect(events[0]!.payload.replay!.at).toBe(time.toISOString());
  });

  it('a replay begins with the reactions of that time, and with tombstones for what was deleted since', async () => {
    const [kept, gone] = [await log.say('kept'), await log.say('gone')];
    const seq = log.lastSeq;
    await gateway.world.query(
      `INSERT INTO reactions (message_id, emoji_key, user_id, burst, seq)
       VALUES ($1, '👍', 7, false, $2::bigint), ($1, '👍', 8, false, $2::bigint + 1)`,
      [kept, seq],
    );
    await gateway.world.query(
      `INSERT INTO past_reactions (message_id, emoji_key, user_id, burst, seq, until_seq)
       VALUES ($1, '🎉', 7, false, $2::bigint, $2::bigint + 1)`,
      [kept, seq],
    );
    const from = await log.now();
    await log.delete(gone);
    const client = await open();
    const { id } = await client.start({ ...FAST, from });
    await client.ended(id);
    const one = { count: 1, burstCount: 0 };
    expect(client.lastSnapshot().messages).toMatchObject([
      {
        id: kept,
        content: 'kept',
        reactions: [
          { emoji: { id: null, name: '🎉' }, ...one },
          { emoji: { id: null, name: '👍' }, ...one },
        ],
      },
      { id: gone, content: '', author: { id: '0', username: '' }, redacted: 'deleted' },
    ]);
    expect(client.of('replay_channels')).toMatchObject([
      { id, at: from, channels: [{ id: CHANNEL, name: 'general' }] },
    ]);
    await gateway.world.query('TRUNCATE reactions, past_reactions');
  });

  it('a replay sends nothing before the answer to the request that started it', async () => {
    await log.say();
    const client = await open();
    let answered: number | undefined;
    const answer = new Promise<{ id: string }>((resolve) =>
      client.socket.emit('replay_start', FAST, (status: { id: string }) => {
        answered = client.received.length;
        resolve(status);
      }),
    );
    const { id } = await answer;
    await client.ended(id);
    expect(client.received.findIndex(({ event }) => event === 'messages_bulk')).toBeGreaterThanOrEqual(
      answered!,
    );
  });

  it('a replay and a live channel share a socket, and live events have no mark', async () => {
    await log.say('past');
    const client = await open();
    await client.join({ channelId: OTHER_CHANNEL });
    const { id } = await client.start(FAST);
    await client.ended(id);
    const live = await gateway.world.say(OTHER_CHANNEL);
    const messages = await client.waitFor('message', 2);
    expect(messages.map(({ channelId, replay }) => [channelId, replay?.id])).toEqual([
      [CHANNEL, id],
      [OTHER_CHANNEL, undefined],
    ]);
    expect(messages[1]!.seq).toBe(live.seq);
  });

  it('a replay of a guild has the events of all channels in the order of the log', async () => {
    await log.say('here');
    await log.say('there', { channelId: OTHER_CHANNEL });
    await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, name: 'renamed' });
    await log.append('voice.joined', {
      guildId: GUILD,
      channelId: OTHER_CHANNEL,
      userId: '8' as never,
      username: 'bob',
      avatar: null,
      state: {},
    });
    await log.project();
    const client = await open();
    const { id } = await client.start({ guildId: GUILD, from: 'now-1h', speed: 1_000, skipQuiet: true });
    await client.ended(id);
    expect(client.of('replay_channels')[0]!.channels.map(({ name }) => name)).toEqual(['top', 'general']);
    expect(client.of('rooms_list')).toMatchObject([
      { guildId: GUILD, rooms: [], reason: 'replay', replay: { id } },
    ]);
    const events = client.ofReplay(id).filter(({ payload }) => 'prev' in payload);
    expect(events.map(({ event, payload: { prev, seq } }) => [event, prev, seq])).toEqual([
      ['message', 0, 1],
      ['message', 1, 2],
      ['channel_update', 2, 3],
      ['voice_joined', 3, 4],
    ]);
    expect(events[2]!.payload).toMatchObject({ id: CHANNEL, name: 'renamed', type: 'text', deleted: false });
  });

  it('a paused replay stands still until it is resumed', async () => {
    await log.say('one');
    const from = await log.now();
    await log.say('two');
    const client = await open();
    // At 1x, an hour passes before the first event.
    const { id } = await client.start({ channelId: CHANNEL, from: 'now-1h' });
    await client.snapshots(id, 1);
    const paused = await client.send('replay_pause', { id });
    expect(paused.paused).toBe(true);
    const sought = await client.send('replay_seek', { id, at: from });
    expect(sought).toMatchObject({ id, at: from, paused: true });
    const [, second] = await client.snapshots(id, 2);
    expect(contentsOf(second!.payload as never)).toEqual(['one']);
    expect((await client.send('replay_pause', { id })).at).toBe(from);
    expect(client.contents(id)).toEqual([]);
    expect((await client.send('replay_resume', { id })).paused).toBe(false);
    expect(await client.ended(id)).toMatchObject({ reason: 'complete' });
    expect(client.contents(id)).toEqual(['two']);
  });

  it('a replay continues at the time that is sought, forwards and backwards, with a new snapshot and a new chain', async () => {
    for (const text of ['one', 'two']) await log.say(text);
    const between = await log.now();
    for (const text of ['three', 'four']) await log.say(text);
    const client = await open();
    // The end is ahead of the test, so the replay does not end by itself.
    const to = new Date(wallClockMs() + 50_000).toISOString();
    const { id, from } = await client.start({ channelId: CHANNEL, from: 'now-1h', to });
    await client.snapshots(id, 1);
    await client.send('replay_seek', { id, at: between });
    const [, forwards] = await client.snapshots(id, 2);
    expect(contentsOf(forwards!.payload as never)).toEqual(['one', 'two']);
    await until('the events after it', 20_000, () => client.contents(id).length >= 2 || undefined);
    await client.send('replay_seek', { id, at: from });
    const [, , backwards] = await client.snapshots(id, 3);
    expect(backwards!.payload).toMatchObject({ messages: [], seq: 0 });
    await client.send('replay_seek', { id, at: between });
    await client.snapshots(id, 4);
    await until('the events again', 20_000, () => client.contents(id).length >= 4 || undefined);
    expect(client.contents(id)).toEqual(['three', 'four', 'three', 'four']);
    const chain = client.ofReplay(id).filter(({ payload }) => 'prev' in payload);
    expect(chain.map(({ payload: { prev, seq } }) => [prev, seq])).toEqual([
      [2, 3],
      [3, 4],
      [2, 3],
      [3, 4],
    ]);
  });

  it('a replay changes its speed, and skips quiet times and says which', async () => {
    await log.say('one');
    const client = await open();
    const { id } = await client.start({ channelId: CHANNEL, from: 'now-2h' });
    await client.snapshots(id, 1);
    expect(client.of('replay_skipped')).toEqual([]);
    const changed = await client.send('replay_speed', { id, speed: 1_000, skipQuiet: true });
    expect(changed).toMatchObject({ speed: 1_000, skipQuiet: true });
    const ended = await client.ended(id);
    const [skipped] = client.of('replay_skipped');
    expect(skipped!.id).toBe(id);
    expect(Date.parse(skipped!.to)).toBeGreaterThan(Date.parse(skipped!.from));
    expect(Date.parse(skipped!.to)).toBeLessThan(Date.parse(ended.at));
    expect(client.contents(id)).toEqual(['one']);
  });

  it('a replay that is stopped sends nothing more', async () => {
    await log.say('one');
    const client = await open();
    const { id } = await client.start({ channelId: CHANNEL, from: 'now-1h' });
    await client.snapshots(id, 1);
    await client.send('replay_stop', { id });
    expect(await client.ended(id)).toMatchObject({ reason: 'stopped' });
    await idle();
    expect(client.contents(id)).toEqual([]);
    expect(client.received.at(-1)!.event).toBe('replay_ended');
    expect(await client.refusal('replay_pause', { id })).toMatchObject({ code: 'REPLAY.NOT_FOUND' });
  });

  it('a replay waits for the read models', async () => {
    await log.say('one');
    const from = await log.now();
    const data = { id: '8999' as never, channelId: CHANNEL, guildId: GUILD };
    await log.append('message.deleted', data);
    const client = await open();
    const { id } = await client.start({ ...FAST, from });
    await client.snapshots(id, 1);
    expect(client.of('message_delete')).toEqual([]);
    await log.project();
    expect(await client.ended(id)).toMatchObject({ reason: 'complete' });
    expect(client.of('message_delete')).toHaveLength(1);
  });

  it('gaps of the range come before everything else, also when the log no longer has its beginning', async () => {
    for (let i = 0; i < 4; i++) await log.say(`${i}`);
    await log.jsm.streams.purge(LOG_STREAM, { seq: 3 });
    await gateway.world.query(
      `INSERT INTO gaps (gap_id, guild_id, cause, opened_at, from_time, to_time, closed_at, unrecoverable, seq)
       VALUES ('a:b', $1, 'session_lost', now(), now() - interval '30 minutes', now() - interval '20 minutes', now(), '{typing}', 1),
              ('old', $1, 'session_lost', '2020-01-02', '2020-01-01', '2020-01-02', '2020-01-02', '{}', 2)`,
      [GUILD],
    );
    const client = await open();
    const { id, from } = await client.start(FAST);
    await client.ended(id);
    const gaps = client.of('replay_gap');
    expect(gaps.map(({ cause, gapId }) => [cause, gapId])).toEqual([
      ['not_kept', null],
      ['session_lost', 'a:b'],
    ]);
    expect(gaps[0]).toMatchObject({ id, guildId: GUILD, from });
    expect(gaps[1]).toMatchObject({ id, guildId: GUILD, unrecoverable: ['typing'] });
    const names = client.received.map(({ event }) => event);
    expect(names.lastIndexOf('replay_gap')).toBeLessThan(names.indexOf('messages_bulk'));
    expect(client.contents(id)).toEqual(['2', '3']);
  });

  it('several replays run on one socket, as many as a user may have', async () => {
    await log.say('one');
    const client = await open();
    const slow = { channelId: CHANNEL, from: 'now-1h' };
    const first = await client.start(slow);
    const second = await client.start(slow);
    expect(await client.refusal('replay_start', slow)).toMatchObject({
      code: 'REPLAY.TOO_MANY',
      retryable: true,
    });
    const other = await open(await tokenFor({ role: 'analyst', sub: 'another' }));
    const third = await other.start(slow);
    await client.send('replay_stop', { id: first.id });
    await client.ended(first.id);
    const fourth = await until('a free place', 20_000, () => client.start(slow).catch(() => undefined));
    for (const { id } of [second, fourth]) await client.send('replay_stop', { id });
    await other.send('replay_stop', { id: third.id });
  });

  it('replays end with the connection, and another connection cannot command them', async () => {
    await log.say('one');
    const client = await open();
    const { id } = await client.start({ channelId: CHANNEL, from: 'now-1h' });
    const other = await open();
    for (const event of ['replay_pause', 'replay_resume', 'replay_stop'])
      expect(await other.refusal(event, { id })).toMatchObject({ code: 'REPLAY.NOT_FOUND', event });
    client.close();
    await idle();
  });

  it('a client that reads nothing holds up its own replay only, and gets everything later', async () => {
    const count = 300;
    for (let i = 0; i < count; i++) await log.say(`${i} ${'x'.repeat(10_000)}`);
    const client = await open();
    const raw = (
      client.socket.io.engine as unknown as { transport: { ws: { pause(): void; resume(): void } } }
    ).transport.ws;
    const { id } = await client.start(FAST);
    raw.pause();
    const other = await open(await tokenFor({ role: 'analyst', sub: 'another' }));
    const quick = await other.start(FAST);
    await other.ended(quick.id);
    expect(other.contents(quick.id)).toHaveLength(count);
    raw.resume();
    expect(await client.ended(id)).toMatchObject({ reason: 'complete' });
    expect(client.contents(id).map((content) => parseInt(String(content), 10))).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
    expect(client.of('lagging')).toEqual([]);
  });
});

describe('requests for a replay', () => {
  const START = { channelId: CHANNEL, from: 'now-1h' };

  it.each([
    ['replay_start', { from: 'now-1h' }, 'channelId'],
    ['replay_start', { ...START, guildId: GUILD }, 'guildId'],
    ['replay_start', { ...START, channelId: 'abc' }, 'channelId'],
    ['replay_start', { channelId: CHANNEL }, 'from'],
    ['replay_start', { ...START, from: 'yesterday' }, 'from'],
    ['replay_start', { ...START, from: 5 }, 'from'],
    ['replay_start', { ...START, from: '2999-01-01' }, 'from'],
    ['replay_start', { ...START, to: '2999-01-01' }, 'to'],
    ['replay_start', { ...START, to: null }, 'to'],
    ['replay_start', { ...START, from: '2025-01-02', to: '2025-01-01' }, 'from'],
    ['replay_start', { ...START, from: '2025-01-02', to: '2025-01-02' }, 'to'],
    ['replay_start', { ...START, speed: 0 }, 'speed'],
    ['replay_start', { ...START, speed: 1_001 }, 'speed'],
    ['replay_start', { ...START, speed: 1.5 }, 'speed'],
    ['replay_start', { ...START, speed: '5' }, 'speed'],
    ['replay_start', { ...START, skipQuiet: 'yes' }, 'skipQuiet'],
    ['replay_start', { ...START, limit: 101 }, 'limit'],
    ['replay_start', { ...START, colour: 'red' }, 'colour'],
    ['replay_seek', { at: 'now' }, 'id'],
    ['replay_seek', { id: crypto.randomUUID() }, 'at'],
    ['replay_speed', { id: crypto.randomUUID(), speed: -1 }, 'speed'],
    ['replay_pause', { id: '1' }, 'id'],
  ])('%s with %j is refused, and the answer names the field %s', async (event, request, field) => {
    await log.say();
    const client = await open();
    const { code, message } = await client.refusal(event, request);
    expect({ code, message }).toEqual({
      code: 'REQUEST.INVALID',
      message: expect.stringMatching(new RegExp(`\\b${field}\\b`)),
    });
  });

  it.each(['replay_pause', 'replay_resume', 'replay_stop', 'replay_speed', 'replay_seek'])(
    '%s for a replay that does not exist is refused',
    async (event) => {
      const client = await open();
      const request = { id: crypto.randomUUID(), ...(event === 'replay_seek' && { at: 'now' }) };
      expect(await client.refusal(event, request)).toMatchObject({ code: 'REPLAY.NOT_FOUND', event });
    },
  );

  it('replay_seek to a time outside the range is refused, and the replay continues', async () => {
    await log.say();
    const client = await open();
    const { id } = await client.start({ channelId: CHANNEL, from: 'now-1h', to: 'now-30m' });
    for (const at of ['now-2h', 'now-1m'])
      expect(await client.refusal('replay_seek', { id, at })).toMatchObject({
        code: 'REQUEST.INVALID',
        message: expect.stringMatching(/^at must be between/),
      });
    expect((await client.send('replay_stop', { id })).id).toBe(id);
  });

  it('a replay of an empty time has a snapshot and an end', async () => {
    await log.say('one');
    const client = await open();
    const { id } = await client.start({ ...FAST, from: '2020-01-01', to: '2020-01-02' });
    expect(await client.ended(id)).toMatchObject({ reason: 'complete', at: '2020-01-02T00:00:00.000Z' });
    expect(client.ofReplay(id).map(({ event }) => event)).toEqual(['messages_bulk']);
  });
});
