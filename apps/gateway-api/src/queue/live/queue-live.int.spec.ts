import { randomBytes } from 'node:crypto';
import type { AccessChange, QueueEntry, QueueSettings, Snowflake } from '@discord-relay/contracts';
import { until } from '@discord-relay/local-stack';
import { startGateway, type TestGateway } from '../../testing/gateway.js';
import { FORUM, QUESTIONS, QueueWorld, SOLVED_TAG, STAFF, STAFF_ROLE } from '../../testing/queue-world.js';
import { Receiver } from '../../testing/receiver.js';
import { SocketClient } from '../../testing/socket-client.js';
import { SseClient } from '../../testing/sse-client.js';
import { tokenFor } from '../../testing/tokens.js';
import { GUILD, VIEWER } from '../../testing/world.js';

const SETTINGS: QueueSettings = {
  ...{ staffRoleIds: [STAFF_ROLE], channelIds: [FORUM], messageChannelIds: [QUESTIONS] },
  ...{ solvedTagIds: [SOLVED_TAG], solvedWhenArchived: true },
};

let gateway: TestGateway;
let guild: QueueWorld;
const closing: { close(): void }[] = [];

beforeAll(async () => {
  gateway = await startGateway({
    ...{ STREAM_HEARTBEAT_MS: '200', WEBHOOK_KEY: randomBytes(32).toString('base64') },
    WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
  });
  guild = new QueueWorld(gateway.world, GUILD);
  await guild.setUp();
  await configure();
});
afterEach(() => closing.splice(0).forEach((client) => client.close()));
afterAll(() => gateway.stop());

async function request(method: string, path: string, body: object): Promise<Response> {
  const token = await tokenFor({ role: 'admin', sub: 'boss' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${gateway.url}/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
}

const configure = (changed: Partial<QueueSettings> = {}) =>
  request('PUT', `guilds/${GUILD}/queue/settings`, { ...SETTINGS, ...changed });

async function connect(
  claims: Record<string, unknown> = { role: 'viewer', sub: VIEWER },
): Promise<SocketClient> {
  const client = new SocketClient(gateway.url, { token: await tokenFor(claims) });
  closing.push(client);
  await client.connected();
  return client;
}

async function follow(claims?: Record<string, unknown>): Promise<SocketClient> {
  const client = await connect(claims);
  expect(await client.request('subscribe_queue', { guildId: GUILD })).toMatchObject({
    ok: true,
    guildId: GUILD,
  });
  return client;
}

async function stream(lastEventId?: string): Promise<SseClient> {
  const url = `${gateway.url}/api/stream?guild=${GUILD}&types=queue.updated`;
  const client = await SseClient.open(url, {
    token: await tokenFor({ role: 'viewer', sub: VIEWER }),
    lastEventId,
  });
  closing.push(client);
  await client.reach(await gateway.world.head(`a:${GUILD}`));
  return client;
}

const updatesOf = (client: SocketClient, id: Snowflake): QueueEntry[] =>
  client.of('queue_update').flatMap(({ entries }) => entries.filter((entry) => entry.id === id));

/** Resolves when the newest update of the entry has this state. */
const reached = (client: SocketClient, id: Snowflake, state: QueueEntry['state']) =>
  until(`${id} is ${state}`, 20_000, () => updatesOf(client, id).at(-1)?.state === state || undefined);

const hidden = (isHidden: boolean): AccessChange => ({
  ...{ of: 'channel', channelId: FORUM, type: 15, parentId: null, deleted: false },
  overwrites: [{ id: GUILD, type: 'role', allow: '0', deny: isHidden ? String(1n << 10n) : '0' }],
});

describe('queue_update', () => {
  it('a subscriber of the queue gets a question, its answer, its solution and its removal', async () => {
    const client = await follow();
    const post = await guild.post();
    await reached(client, post, 'waiting');
    await guild.say(post, { authorId: STAFF });
    await reached(client, post, 'answered');
    await guild.patchThread(post, 'applied_tag_ids', [SOLVED_TAG]);
    await reached(client, post, 'solved');
    await guild.patchThread(post, 'deleted_at', new Date());
    await reached(client, post, 'gone');
  });

  it('a subscriber of the queue gets only what the user may read, and a reload request when rights change', async () => {
    const [viewer, analyst] = [await follow(), await follow({ role: 'analyst', sub: 'service' })];
    await gateway.world.access([hidden(true)]);
    await until('a reload', 20_000, () => viewer.of('queue_update').find(({ reload }) => reload));
    const post = await guild.post();
    const question = await guild.say(QUESTIONS);
    await reached(analyst, post, 'waiting');
    await reached(viewer, question, 'waiting');
    expect(updatesOf(viewer, post)).toEqual([]);
    await gateway.world.access([hidden(false)]);
  });

  it('a subscriber of the queue gets a reload request when the settings change, and nothing after unsubscribing', async () => {
    const [client, left] = [await follow(), await follow()];
    expect(await left.request('unsubscribe_queue', { guildId: GUILD })).toMatchObject({ ok: true });
    // A reload replaces the updates of single entries.
    const reloads = (count: number) =>
      until(
        `${count} reloads`,
        20_000,
        () => client.of('queue_update').filter(({ reload }) => reload)[count - 1],
      );
    await configure({ solvedWhenArchived: false });
    await reloads(1);
    await configure();
    await reloads(2);
    const post = await guild.post();
    await reached(client, post, 'waiting');
    expect(left.of('queue_update')).toEqual([]);
  });

  it('a subscriber of the queue learns of settings that another replica changed without an announcement', async () => {
    const client = await follow();
    await gateway.world.query('UPDATE relay.queue_settings SET revision = revision + 1 WHERE guild_id = $1', [
      GUILD,
    ]);
    await until('a reload', 60_000, () => client.of('queue_update').find(({ reload }) => reload));
  });

  it('a subscription to the queue of a guild that the user may not know is refused', async () => {
    const client = await connect();
    expect(await client.request('subscribe_queue', { guildId: '999' })).toMatchObject({
      ok: false,
      error: { code: 'GUILD.NOT_FOUND' },
    });
  });
});

describe('queue.updated', () => {
  it('queue.updated arrives over a stream, and after a resume covers everything that changed meanwhile', async () => {
    const first = await stream();
    const post = await guild.post();
    const [updated] = await first.take(1, 'queue.updated');
    expect(updated!.data).toMatchObject({ id: post, state: 'waiting' });
    await first.reach(await gateway.world.head(`a:${GUILD}`));
    first.close();
    await guild.say(post, { authorId: STAFF });
    const second = await stream(first.lastEventId);
    const [resumed, ...more] = await second.take(1, 'queue.updated');
    expect(resumed!.data).toMatchObject({ id: post, state: 'answered' });
    expect(more).toEqual([]);
  });

  it('queue.updated is posted to webhooks once per change, and can be redelivered', async () => {
    const receiver = await Receiver.start();
    try {
      const hook = { guildId: GUILD, url: receiver.url(), types: ['queue.updated'] };
      const { id } = (await (await request('POST', 'webhooks', hook)).json()) as { id: string };
      const post = await guild.post();
      const [question] = await receiver.waitFor(1);
      expect(question!.body).toMatchObject({ type: 'queue.updated', data: { id: post, state: 'waiting' } });
      await guild.say(post, { authorId: STAFF });
      const [, answered] = await receiver.waitFor(2);
      expect(answered!.body).toMatchObject({ type: 'queue.updated', data: { id: post, state: 'answered' } });
      const path = `webhooks/${id}/deliveries/${encodeURIComponent(question!.id)}/redeliver`;
      const attempt = await until('the delivery on record', 20_000, async () => {
        const response = await request('POST', path, {});
        return response.ok ? ((await response.json()) as object) : undefined;
      });
      expect(attempt).toMatchObject({ id: question!.id, delivered: true });
    } finally {
      await receiver.stop();
    }
  });
});
