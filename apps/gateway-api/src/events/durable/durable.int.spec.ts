import { readFile } from 'node:fs/promises';
import { stream } from '@durable-streams/client';
import { LOG_STREAM } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { EventLog } from '../../testing/event-log.js';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { tokenFor } from '../../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../../testing/world.js';

interface StreamedEvent {
  seq: number;
  type: string;
  redacted?: string;
  data: { content?: string };
}

let gateway: TestGateway;
let log: EventLog;
let headers: { authorization: string };
const open: AbortController[] = [];

beforeAll(async () => {
  gateway = await startGateway({ MAX_STREAMS_PER_USER: '3' });
  log = await EventLog.create(gateway.nats.url, gateway.world);
  headers = { authorization: `Bearer ${await tokenFor({ role: 'analyst' })}` };
});
afterEach(() => open.splice(0).forEach((each) => each.abort()));
afterAll(async () => {
  await log.close();
  await gateway.stop();
});
beforeEach(async () => {
  await log.jsm.streams.delete(LOG_STREAM);
  await log.createStream();
  log.lastSeq = 0;
  await gateway.world.query('TRUNCATE messages, checkpoints');
});

const urlOf = (query: Record<string, string> = {}) =>
  `${gateway.url}/api/v1/events/durable${Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : ''}`;

const get = (query: Record<string, string>, more: Record<string, string> = {}, method = 'GET') =>
  fetch(urlOf(query), { method, headers: { ...headers, ...more } });

/** As an application uses the official client. */
async function read(options: {
  offset?: string;
  live?: false | 'long-poll' | 'sse';
  params?: Record<string, string>;
}) {
  const abort = new AbortController();
  open.push(abort);
  const { params = {}, ...rest } = options;
  return await stream<StreamedEvent>({
    url: urlOf(),
    headers,
    params,
    json: true,
    live: false,
    signal: abort.signal,
    warnOnHttp: false,
    ...rest,
  });
}

const contents = (events: readonly StreamedEvent[]) => events.map(({ data }) => data.content);

describe('the durable stream of events', () => {
  it('the durable stream of events is read to its end and resumed by the official client', async () => {
    for (const text of ['one', 'two']) await log.say(text);
    const first = await read({ offset: '-1' });
    expect(contents(await first.json())).toEqual(['one', 'two']);
    expect(first.upToDate).toBe(true);
    await log.say('three');
    const second = await read({ offset: first.offset });
    expect(contents(await second.json())).toEqual(['three']);
    expect(second.offset > first.offset).toBe(true);
    const third = await read({ offset: second.offset });
    expect(await third.json()).toEqual([]);
    expect(third.offset).toBe(second.offset);
  });

  it.each(['long-poll', 'sse'] as const)(
    'the durable stream of events continues live with %s, every event once and in order',
    async (live) => {
      await log.say('one');
      const response = await read({ offset: '-1', live });
      const seen: StreamedEvent[] = [];
      response.subscribeJson<StreamedEvent>(({ items }) => void seen.push(...items));
      await until('the first event', 20_000, () => seen.length >= 1 || undefined);
      for (const text of ['two', 'three']) await log.say(text);
      await until('the others', 20_000, () => seen.length >= 3 || undefined);
      expect(contents(seen)).toEqual(['one', 'two', 'three']);
      expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    },
  );

  it('the example in docs/event-stream.md follows a durable stream', async () => {
    const page = await readFile(new URL('../../../../../docs/event-stream.md', import.meta.url), 'utf8');
    const code = /```js durable\n([^]*?)```/.exec(page)![1]!;
    const body = code.replaceAll(/^import .*$/gm, '').replace('export ', '');
    type Follow = (
      url: string,
      token: string,
      report: (items: StreamedEvent[]) => void,
    ) => Promise<{ cancel: () => void }>;
    const follow = new Function('stream', `${body}; return follow;`)(stream) as Follow;
    await log.say('one');
    const seen: StreamedEvent[] = [];
    const token = headers.authorization.replace('Bearer ', '');
    const events = await follow(gateway.url, token, (items) => void seen.push(...items));
    await until('the first event', 20_000, () => seen.length >= 1 || undefined);
    await log.say('two');
    await until('the second event', 20_000, () => seen.length >= 2 || undefined);
    events.cancel();
    expect(contents(seen)).toEqual(['one', 'two']);
  });

  it('the durable stream of events begins now, without what was before', async () => {
    await log.say('before');
    const response = await read({ offset: 'now', live: 'sse' });
    const seen: StreamedEvent[] = [];
    response.subscribeJson<StreamedEvent>(({ items }) => void seen.push(...items));
    await until('the position', 20_000, () => response.offset !== 'now' || undefined);
    await log.say('after');
    await until('an event', 20_000, () => seen.length >= 1 || undefined);
    expect(contents(seen)).toEqual(['after']);
    const now = await get({ offset: 'now' });
    expect([await now.json(), now.headers.get('stream-up-to-date')]).toEqual([[], 'true']);
  });

  it('the durable stream of events comes in chunks when it is long', async () => {
    await log.fill(160, 20_000);
    const first = await get({ offset: '-1' });
    const events = (await first.json()) as StreamedEvent[];
    expect(first.headers.get('stream-up-to-date')).toBeNull();
    expect(events.length).toBeLessThan(160);
    // With `live: false` the client reads one response only.
    const all = await (await read({ offset: '-1', live: 'long-poll' })).json();
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 160 }, (_, i) => i + 1));
  });

  it('the durable stream of events has the filters and the rights of the event stream', async () => {
    const edited = await log.say('SECRET draft');
    await log.edit(edited, 'final');
    await log.say('elsewhere', { channelId: OTHER_CHANNEL });
    await log.append('channel.updated', { id: CHANNEL, guildId: GUILD, name: 'x' });
    await log.project();
    const types = async (params: Record<string, string>) =>
      (await (await read({ params })).json()).map(({ type }) => type);
    expect(await types({ types: 'channel.*' })).toEqual(['channel.updated']);
    expect(await types({ channel: OTHER_CHANNEL })).toEqual(['message.created']);
    const viewer = { authorization: `Bearer ${await tokenFor({ role: 'viewer', sub: VIEWER })}` };
    const text = await (await fetch(urlOf(), { headers: viewer })).text();
    expect(text).toContain('final');
    expect(text).not.toContain('SECRET');
    expect(text).not.toContain('channel.updated');
  });

  it('the durable stream of events answers HEAD with its end, and 304 when nothing has changed', async () => {
    const id = await log.say('one');
    const head = await get({}, {}, 'HEAD');
    const response = await get({ offset: '-1' });
    await response.text();
    expect(head.headers.get('stream-next-offset')).toBe(response.headers.get('stream-next-offset'));
    expect(head.headers.get('content-type')).toMatch(/^application\/json/);
    const etag = response.headers.get('etag')!;
    expect((await get({ offset: '-1' }, { 'if-none-match': etag })).status).toBe(304);
    await log.delete(id);
    expect((await get({ offset: '-1' }, { 'if-none-match': etag })).status).toBe(200);
  });

  it('events that the log no longer has are 410 for an offset before them, and left out from the beginning', async () => {
    for (let i = 0; i < 4; i++) await log.say(`${i}`);
    const { headers: at } = await get({ offset: '-1' });
    const early = at.get('stream-next-offset')!.replace(/4$/, '1');
    await log.jsm.streams.purge(LOG_STREAM, { seq: 4 });
    const gone = await get({ offset: early });
    expect([gone.status, await gone.json()]).toEqual([
      410,
      expect.objectContaining({ code: 'EVENTS.NOT_KEPT' }),
    ]);
    expect(contents(await (await read({ offset: '-1' })).json())).toEqual(['3']);
  });

  it.each([
    [{ offset: '12' }, 'offset'],
    [{ offset: 'zzzzzzz_0000000000000001' }, 'offset'],
    [{ live: 'long-poll' }, 'offset'],
    [{ live: 'forever', offset: '-1' }, 'live'],
    [{ cursor: 'x' }, 'cursor'],
    [{ types: 'message.exploded' }, 'types'],
    [{ colour: 'red' }, 'colour'],
  ])('a durable read with %j is refused, and the answer names the field %s', async (query, field) => {
    await log.say();
    const response = await get(query as Record<string, string>);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'REQUEST.INVALID',
      detail: expect.stringMatching(new RegExp(`\\b${field}\\b`)),
    });
  });

  it('durable reads count as streams of their user, and free their place when they end', async () => {
    await log.say();
    const polls = [1, 2, 3].map(async () => {
      const response = await read({ offset: 'now', live: 'sse' });
      response.subscribeJson(() => undefined);
    });
    await Promise.all(polls);
    await until('a refusal', 20_000, async () => (await get({ offset: '-1' })).status === 429 || undefined);
    open.splice(0).forEach((each) => each.abort());
    await until(
      'a free place',
      20_000,
      async () => (await get({ offset: '-1' })).status === 200 || undefined,
    );
    await until(
      'consumers are deleted',
      20_000,
      async () => (await log.consumers()).length === 0 || undefined,
    );
  });
});
