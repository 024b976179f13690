import { until } from '@discord-relay/local-stack';
import { LOG_STREAM, type Snowflake } from '@discord-relay/contracts';
import { EventLog } from '../testing/event-log.js';
import { EventsClient, type StreamedEvent } from '../testing/events-client.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, OTHER_CHANNEL, OTHER_GUILD } from '../testing/world.js';

let gateway: TestGateway;
let log: EventLog;
let analyst: string;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: '100', EVENT_STREAM_STALL_MS: '600000' });
  log = await EventLog.create(gateway.nats.url, gateway.world);
  analyst = await tokenFor({ role: 'analyst' });
});
afterAll(async () => {
  await log.close();
  await gateway.stop();
});
afterEach(() => opened.splice(0).forEach((each) => each.close()));
/** Each test has its own log, with the same name. */
beforeEach(async () => {
  await log.jsm.streams.delete(LOG_STREAM);
  await log.createStream();
  log.lastSeq = 0;
  await gateway.world.query('TRUNCATE messages, gaps, checkpoints');
});

const urlOf = (query: Record<string, string> = {}) =>
  `${gateway.url}/api/v1/events?${new URLSearchParams(query)}`;

async function open(query: Record<string, string> = {}, token = analyst): Promise<EventsClient> {
  const client = await EventsClient.open(urlOf(query), token);
  opened.push(client);
  expect(client.response.statusCode).toBe(200);
  return client;
}

/** A response that ends. */
async function read(query: Record<string, string> = {}, token = analyst): Promise<EventsClient> {
  const client = await open(query, token);
  await client.end();
  expect(client.records.at(-1)?.type).toBe('relay.end');
  return client;
}

const contents = (events: readonly StreamedEvent[]) => events.map(({ data }) => data.content);
const idsOf = (events: readonly StreamedEvent[]) => events.map(({ data }) => data.id);

describe('the event stream', () => {
  it('the event stream sends the log as recorded, in order, each event with its seq and cursor, and says when it is complete', async () => {
    const ids = [await log.say('one'), await log.say('two'), await log.say('three')];
    const { response, events, records } = await read();
    expect(response.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(idsOf(events)).toEqual(ids);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const { seq, cursor, ...event } = events[1]!;
    const stored = await log.jsm.streams.getMessage(LOG_STREAM, { seq });
    expect(event).toEqual(stored!.json());
    expect(cursor).toMatch(/^[0-9a-z]+\.2$/);
    expect(records.at(-1)).toMatchObject({ type: 'relay.end', seq: 3 });
  });

  it('the event stream resumes after the cursor of any event, with exactly the rest', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await log.say(`${i}`, i % 2 ? FAR : {}));
    const { records } = await read();
    for (const { cursor, seq } of records)
      expect(idsOf((await read({ cursor })).events)).toEqual(ids.slice(seq));
    expect(idsOf((await read({ cursor: '4' })).events)).toEqual(ids.slice(4));
  });

  it('the event stream merges guilds in the order of the log', async () => {
    const ids = [await log.say('a'), await log.say('b', FAR), await log.say('c'), await log.say('d', FAR)];
    expect(idsOf((await read()).events)).toEqual(ids);
    expect(idsOf((await read({ guild: `${OTHER_GUILD},${GUILD}` })).events)).toEqual(ids);
    expect(contents((await read({ guild: OTHER_GUILD })).events)).toEqual(['b', 'd']);
    const limited = await tokenFor({ role: 'analyst', guilds: [GUILD] });
    expect(contents((await read({}, limited)).events)).toEqual(['a', 'c']);
  });

  it('the event stream filters by type, channel and author, also in combination', async () => {
    const one = await log.say('one', { authorId: '11' });
    await log.say('elsewhere', { channelId: OTHER_CHANNEL });
    const edited = await log.edit(one, 'one, edited');
    await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, name: 'x' });
    const deleted = await log.delete(await log.say('gone', { authorId: '11' }));
    const seqs = async (query: Record<string, string>) => (await read(query)).events.map(({ seq }) => seq);
    expect(await seqs({ types: 'message.*' })).toEqual([1, 2, edited, deleted - 1, deleted]);
    expect(await seqs({ types: '*.updated' })).toEqual([edited, 4]);
    expect(await seqs({ types: 'message.created,channel.*', channel: CHANNEL })).toEqual([1, 4, 5]);
    expect(await seqs({ channel: OTHER_CHANNEL })).toEqual([2]);
    // Who wrote a deleted message is no longer known.
    expect(await seqs({ author: '11' })).toEqual([1, edited]);
    expect(await seqs({ author: '11', types: 'message.created' })).toEqual([1]);
  });

  it('the event stream is limited to a range of sequences or of times', async () => {
    for (const text of ['a', 'b', 'c', 'd']) await log.say(text);
    const times: string[] = [];
    for (const seq of [1, 2, 3, 4]) {
      const { time } = (await log.jsm.streams.getMessage(LOG_STREAM, { seq }))!;
      times.push(time.toISOString());
    }
    expect(contents((await read({ fromSeq: '2', toSeq: '3' })).events)).toEqual(['b', 'c']);
    const until3 = (await read({ to: times[2]! })).events;
    expect(contents(until3).length).toBeLessThanOrEqual(2);
    const from = (await read({ from: times[1]! })).events;
    expect(contents(from).slice(-3)).toEqual(['b', 'c', 'd']);
    expect(contents((await read({ from: 'now-2h' })).events)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('deleted content is a tombstone wherever an event mentions it, also when its channel was deleted', async () => {
    const gone = await log.say('SECRET one');
    await log.edit(gone, 'SECRET two');
    await log.append('reaction.added', {
      messageId: gone,
      channelId: CHANNEL,
      guildId: GUILD,
      userId: '8' as Snowflake,
      emoji: { id: null, name: 'SECRET', animated: false },
      burst: false,
    });
    await log.delete(gone);
    await log.say('SECRET three', { channelId: '1999' as Snowflake });
    await log.appendMessage('9999' as Snowflake, 'SECRET four');
    await log.project();
    const { records, events } = await read();
    expect(JSON.stringify(records)).not.toContain('SECRET');
    const redactions = events.map(({ redacted }) => redacted);
    const hidden = ['deleted', 'deleted', 'deleted', undefined, 'not_projected', 'not_projected'];
    expect(redactions).toEqual(hidden);
    expect(events[0]!.data).toEqual({
      id: gone,
      channelId: CHANNEL,
      guildId: GUILD,
      createdAt: expect.any(String),
    });
  });

  it('an event that is not projected yet is withheld until it is', async () => {
    await log.say('one');
    const client = await open({ follow: 'true', fromSeq: '1' });
    await client.take(1);
    const id = '9500' as Snowflake;
    const seq = await log.appendMessage(id, 'two');
    // The heartbeats show that the stream is alive and where it is.
    const before = client.of('relay.position').length;
    await until('heartbeats', 20_000, () => client.of('relay.position').length > before + 3 || undefined);
    expect(client.of('relay.position').at(-1)!.seq).toBe(1);
    expect(client.events.length).toBe(1);
    await gateway.world.query(
      `INSERT INTO messages (id, channel_id, guild_id, content, created_at, partial, content_seq, seq)
       VALUES ($1, $2, $3, 'two', now(), false, $4, $4)`,
      [id, CHANNEL, GUILD, seq],
    );
    await log.project();
    expect(contents(await client.take(2))).toEqual(['one', 'two']);
  });

  it('a stream that follows sends later events, and leaves no consumer behind when the client goes away', async () => {
    await log.say('before');
    const client = await open({ follow: 'true' });
    await client.first('relay.position');
    await log.say('one');
    await log.say('two', FAR);
    expect(contents(await client.take(2))).toEqual(['one', 'two']);
    expect(await log.consumers()).toHaveLength(1);
    client.close();
    await until('no consumer', 20_000, async () => (await log.consumers()).length === 0 || undefined);
  });

  it('a message of the log that cannot be read is reported, and reading continues', async () => {
    await log.say('one');
    await log.appendRaw(`discord.0.${GUILD}.${CHANNEL}.message.updated`, 'no event');
    await log.say('three');
    const { records } = await read();
    // Positions are also sent as heartbeats, so their number depends on the time.
    const types = records.map(({ type }) => type).filter((type) => type !== 'relay.position');
    expect(types).toEqual(['message.created', 'relay.unreadable', 'message.created', 'relay.end']);
  });

  it('server-sent events carry the cursor as their id, and resume from Last-Event-ID', async () => {
    for (const text of ['a', 'b', 'c']) await log.say(text);
    const first = await SseClient.open(urlOf(), { token: analyst });
    await first.end();
    const events = first.named('message.created');
    expect(events.map(({ data }) => (data as StreamedEvent).cursor)).toEqual(events.map(({ id }) => id));
    const rest = await SseClient.open(urlOf({ fromSeq: '1' }), {
      token: analyst,
      lastEventId: events[1]!.id,
    });
    await rest.end();
    expect(rest.named('message.created')).toHaveLength(1);
    expect(rest.named('relay.end')).toHaveLength(1);
  });

  it('a request for JSON gets one array', async () => {
    await log.say('a');
    const headers = { authorization: `Bearer ${analyst}`, accept: 'application/json' };
    const records = (await (await fetch(urlOf(), { headers })).json()) as StreamedEvent[];
    expect(records.map(({ type }) => type)).toEqual(['relay.position', 'message.created', 'relay.end']);
  });

  it('a replay keeps the spacing of the events, divided by the speed, and their order', async () => {
    await log.say('a');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await log.say('b');
    const [first, second] = await Promise.all(
      [1, 2].map((seq) => log.jsm.streams.getMessage(LOG_STREAM, { seq })),
    );
    const spacingMs = second!.time.getTime() - first!.time.getTime();
    const startedAtMs = performance.now();
    expect(contents((await read({ speed: '1' })).events)).toEqual(['a', 'b']);
    // Never earlier; a millisecond for the rounding of timers.
    expect(performance.now() - startedAtMs).toBeGreaterThan(spacingMs - 2);
    expect(contents((await read({ speed: '1000' })).events)).toEqual(['a', 'b']);
  });

  it('a stream ends when its token expires, with a record that says so', async () => {
    const client = await open({ follow: 'true' }, await tokenFor({ role: 'analyst' }, 2));
    await client.end();
    expect(client.records.at(-1)).toMatchObject({
      type: 'relay.error',
      data: { code: 'AUTH.TOKEN_EXPIRED' },
    });
  });
});

const FAR = { guildId: OTHER_GUILD, channelId: FAR_CHANNEL };
