import type { AccessChange, Change, Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../testing/gateway.js';
import { SseClient } from '../testing/sse-client.js';
import { tokenFor } from '../testing/tokens.js';
import { CHANNEL, FAR_CHANNEL, GUILD, MEMBER, OTHER_GUILD, VIEWER } from '../testing/world.js';
import { GuildCursors } from './guild-cursors.js';

let gateway: TestGateway;
let token: string;
const clients: SseClient[] = [];

beforeAll(async () => {
  gateway = await startGateway({ STREAM_HEARTBEAT_MS: '100' });
  token = await tokenFor({ sub: VIEWER, role: 'viewer' });
});
afterAll(() => gateway.stop());
afterEach(() => clients.splice(0).forEach((client) => client.close()));

async function open(query = '', lastEventId?: string): Promise<SseClient> {
  const url = `${gateway.url}/api/stream${query && `?${query}`}`;
  const client = await SseClient.open(url, { token, ...(lastEventId !== undefined && { lastEventId }) });
  clients.push(client);
  return client;
}

const standsAt = async (client: SseClient, guildId: Snowflake, seq: number): Promise<void> => {
  await until(`${guildId} at ${seq}`, 20_000, () =>
    GuildCursors.parse(client.lastEventId)?.get(guildId) === seq ? true : undefined,
  );
};

/** Resolves when the client has everything in both guilds. */
async function caughtUp(client: SseClient): Promise<SseClient> {
  for (const guildId of [GUILD, OTHER_GUILD])
    await standsAt(client, guildId, await gateway.world.head(`a:${guildId}`));
  return client;
}

const idOf = (change: Change): string => (change.body as { id: string }).id;
const idsOf = (client: SseClient): string[] =>
  client.named('message.created').map(({ data }) => (data as { id: string }).id);
const saidFar = (): Promise<Change> => gateway.world.say(FAR_CHANNEL, OTHER_GUILD);
const member = (change: object = {}): AccessChange => ({
  of: 'member',
  userId: VIEWER,
  ...MEMBER,
  ...change,
});

describe('a stream without a guild', () => {
  it('a stream without a guild sends every guild that the user may see, with one cursor for all', async () => {
    const client = await caughtUp(await open());
    expect(client.status).toBe(200);
    const near = await gateway.world.say();
    const far = await saidFar();
    await caughtUp(client);
    expect(client.named('message.created').map(({ data }) => data)).toEqual([
      { ...near.body, seq: near.seq, prev: near.prev },
      { ...far.body, seq: far.seq, prev: far.prev },
    ]);
    expect(client.retriesMs).toHaveLength(1);
    expect(client.named('rooms_list')).toHaveLength(2);
  });

  it('a stream without a guild resumes from its cursor: everything in every guild since then, once and in order', async () => {
    const before = await caughtUp(await open());
    before.close();
    const near = [await gateway.world.say(), await gateway.world.write(), await gateway.world.say()];
    const far = [await saidFar(), await saidFar()];
    const resumed = await caughtUp(await open('types=message.created', before.lastEventId));
    expect(idsOf(resumed).sort()).toEqual([...near, ...far].map(idOf).sort());
    expect(resumed.named('gap')).toEqual([]);
    const byQuery = await caughtUp(await open(`types=message.created&after=${before.lastEventId}`));
    expect(idsOf(byQuery)).toEqual(idsOf(resumed));
    const ofOne = await open(`types=message.created&guild=${OTHER_GUILD}`, before.lastEventId);
    await ofOne.reach(far.at(-1)!.seq);
    expect(idsOf(ofOne)).toEqual(far.map(idOf));
  });

  it('a stream without a guild loses and duplicates nothing, however often it is cut while both guilds are active', async () => {
    const first = await caughtUp(await open('types=message.created'));
    let cursor = first.lastEventId;
    first.close();
    const said: string[] = [];
    let talking = true;
    const talk = (async () => {
      while (talking) said.push(idOf(await gateway.world.say()), idOf(await saidFar()));
    })();
    const visible: string[] = [];
    for (let n = 0; n < 12; n++) {
      const client = await open('types=message.created', cursor);
      await client.take(1 + (n % 4), 'message.created');
      client.close();
      // A browser has received everything up to its last id.
      const known = client.events.findLastIndex(({ id }) => id === client.lastEventId) + 1;
      visible.push(...client.events.slice(0, known).map(({ data }) => (data as { id: string }).id));
      cursor = client.events[known - 1]?.id ?? cursor;
    }
    talking = false;
    await talk;
    const last = await caughtUp(await open('types=message.created', cursor));
    visible.push(...idsOf(last));
    expect(visible.sort()).toEqual(said.sort());
  });

  it('a stream without a guild reports guilds that are gone or come back, and continues with the others', async () => {
    const client = await caughtUp(await open('types=message.created'));
    await gateway.world.access([member({ left: true })], OTHER_GUILD);
    await until('the loss', 20_000, () => client.named('unsubscribed')[0]);
    expect(client.named('unsubscribed').map(({ data }) => data)).toEqual([
      { guildId: OTHER_GUILD, code: 'GUILD.NOT_FOUND' },
    ]);
    const hidden = await saidFar();
    const near = await gateway.world.say();
    await standsAt(client, GUILD, near.seq);
    expect(idsOf(client)).toEqual([idOf(near)]);
    await gateway.world.access([member()], OTHER_GUILD);
    await client.take(1, 'gap');
    expect(client.named('gap').map(({ data }) => data)).toMatchObject([
      { guildId: OTHER_GUILD, reason: 'access_changed', after: null },
    ]);
    const shown = await saidFar();
    await caughtUp(client);
    expect(idsOf(client)).toEqual([idOf(near), idOf(shown)]);
    expect(idsOf(client)).not.toContain(idOf(hidden));
  });

  it('a stream without a guild starts anew in every guild after an unknown cursor', async () => {
    const client = await caughtUp(await open('types=message.created', '12345'));
    expect(client.named('gap').map(({ data }) => data)).toMatchObject([
      { guildId: GUILD, reason: 'cursor_unknown' },
      { guildId: OTHER_GUILD, reason: 'cursor_unknown' },
    ]);
  });

  it('a stream without a guild may name channels of any guilds', async () => {
    const client = await open(`channels=${FAR_CHANNEL},999&types=message.created`);
    const [snapshot] = await client.take(1, 'snapshot');
    expect(snapshot!.data).toMatchObject({ channelId: FAR_CHANNEL, serverId: OTHER_GUILD });
    const [unknown] = await client.take(1, 'unsubscribed');
    expect(unknown!.data).toEqual({ channelId: '999', code: 'CHANNEL.NOT_FOUND' });
    await gateway.world.say(CHANNEL);
    const far = await saidFar();
    await standsAt(client, OTHER_GUILD, far.seq);
    expect(idsOf(client)).toEqual([idOf(far)]);
    expect((await open('channels=999')).status).toBe(404);
  });

  it('a stream without a guild stays open for a user who sees nothing yet', async () => {
    const nobody = await tokenFor({ sub: '555', role: 'viewer' });
    const client = await SseClient.open(`${gateway.url}/api/stream`, { token: nobody });
    clients.push(client);
    await until('a heartbeat', 20_000, () => (client.comments.length > 2 ? true : undefined));
    expect([client.status, client.lastEventId, client.events]).toEqual([200, '~', []]);
  });
});
