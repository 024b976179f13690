import type { Change, RestEventPage, Snowflake } from '@discord-relay/contracts';
import { patientFetch } from '../testing/patient-fetch.js';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SocketClient } from '../testing/socket-client.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, VIEWER } from '../testing/world.js';

let gateway: TestGateway;
let token: string;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: '100', POSITION_INTERVAL_MS: '100' });
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
});
afterAll(() => gateway.stop());
afterEach(() => opened.splice(0).forEach((each) => each.close()));

const idOf = (change: Change): string => (change.body as { id: string }).id;

async function socket(): Promise<SocketClient> {
  const client = new SocketClient(gateway.url, { token });
  opened.push(client);
  await client.connected();
  return client;
}

async function stream(lastEventId?: string): Promise<SseClient> {
  const url = `${gateway.url}/api/stream?guild=${GUILD}&channels=${CHANNEL}`;
  const client = await SseClient.open(url, { token, ...(lastEventId !== undefined && { lastEventId }) });
  opened.push(client);
  return client;
}

async function page(after?: string): Promise<RestEventPage> {
  const url = `${gateway.url}/api/v1/channels/${CHANNEL}/events${after === undefined ? '' : `?after=${after}`}`;
  const response = await patientFetch(url, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as RestEventPage;
}

/** All cursors are at the newest message of the channel, except the stream's, whose heartbeats follow its guild. */
const cursors: Record<string, () => Promise<string>> = {
  socket: async () => {
    const client = await socket();
    await client.join({ channelId: CHANNEL });
    return String(client.lastSnapshot().seq);
  },
  'stream, by an event': async () => {
    const client = await stream();
    const said = await gateway.world.say();
    await client.reach(said.seq);
    return client.lastEventId;
  },
  'stream, by a heartbeat': async () => {
    const client = await stream();
    const elsewhere = await gateway.world.say(OTHER_CHANNEL);
    await client.reach(elsewhere.seq);
    return client.lastEventId;
  },
  REST: async () => (await page()).next,
};

/** Resolves to the ids of the messages after the cursor, and how they were chained to it. */
const resumes: Record<
  string,
  (after: string, count: number) => Promise<{ ids: string[]; prevs?: number[] }>
> = {
  socket: async (after, count) => {
    const client = await socket();
    const ack = await client.join({ channelId: CHANNEL, after: Number(after) });
    expect(ack).toMatchObject({ ok: true, resumed: true });
    const said = await client.waitFor('message', count);
    expect(client.of('messages_bulk')).toEqual([]);
    return { ids: said.map(({ id }) => id), prevs: said.map(({ prev }) => prev) };
  },
  stream: async (after, count) => {
    const client = await stream(after);
    const said = await client.take(count, 'message.created');
    expect(client.named('gap', 'snapshot')).toEqual([]);
    return { ids: said.map(({ data }) => (data as { id: string }).id) };
  },
  REST: async (after) => {
    const { events, next } = (await page(after)) as Extract<RestEventPage, { events: unknown }>;
    expect((await page(next)) as { events: unknown }).toMatchObject({ events: [] });
    const said = events.map(({ payload }) => payload as { id: Snowflake; prev: number });
    return { ids: said.map(({ id }) => id), prevs: said.map(({ prev }) => prev) };
  },
};

describe.each(Object.keys(cursors))('a cursor of a %s', (from) => {
  it.each(Object.keys(resumes))(
    'the cursor of another interface is resumed from by a %s, completely',
    async (to) => {
      await gateway.world.say();
      const after = await cursors[from]!();
      await gateway.world.say(OTHER_CHANNEL);
      const first = await gateway.world.say();
      await gateway.world.say(OTHER_CHANNEL);
      const second = await gateway.world.say();
      const { ids, prevs } = await resumes[to]!(after, 2);
      expect(ids).toEqual([idOf(first), idOf(second)]);
      if (prevs) expect(prevs).toEqual([Number(after), first.seq]);
    },
  );
});

describe('a cursor that is newer than the channel', () => {
  it('a cursor that is newer than the channel is resumed without a snapshot, and answered with the channel’s', async () => {
    const said = await gateway.world.say();
    const { seq: after } = await gateway.world.say(OTHER_CHANNEL);
    const client = await socket();
    expect(await client.join({ channelId: CHANNEL, after })).toMatchObject({ resumed: true, seq: said.seq });
    expect(await page(String(after))).toEqual({ events: [], next: String(after), more: false });
    const next = await gateway.world.say();
    expect(await client.waitFor('message')).toMatchObject([{ id: idOf(next), prev: said.seq }]);
  });

  it('a cursor that is newer than the channel continues with the rooms of its guild as well', async () => {
    await gateway.world.rename('renamed');
    const { seq: after } = await gateway.world.say();
    const client = await socket();
    expect(await client.request('subscribe_rooms', { guildId: GUILD, after })).toMatchObject({
      resumed: true,
    });
    expect(client.of('rooms_list')).toEqual([]);
  });
});
