import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { startNatsServer, type TestDatabase, type TestNats, until } from '@discord-relay/local-stack';
import { createProjection } from '@discord-relay/read-model';
import { createReadModelDatabase } from '../../testing/read-model.js';
import { type Posted, Receiver } from '../../testing/receiver.js';
import { unseal } from '../endpoint/sealing.js';
import {
  type ReplicaOptions,
  startWebhookReplica,
  type WebhookReplica,
} from '../../testing/webhook-replica.js';
import { CHANNEL, GUILD, OTHER_CHANNEL, World } from '../../testing/world.js';

const KEY = randomBytes(32);
const ALL = {};
const HOUR_MS = 3_600_000;

let nats: TestNats;
let database: TestDatabase;
let world: World;
let receiver: Receiver;
let replicas: WebhookReplica[];

beforeAll(async () => {
  nats = await startNatsServer();
}, 60_000);

afterAll(() => nats.stop());

beforeEach(async () => {
  database = await createReadModelDatabase();
  world = await World.create(database.url, nats.url);
  receiver = await Receiver.start();
  replicas = [];
});

afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await receiver.stop();
  await world.close();
  await database.drop();
});

async function replica(options: Partial<ReplicaOptions> = {}): Promise<WebhookReplica> {
  const started = await startWebhookReplica({
    databaseUrl: database.url,
    natsUrl: nats.url,
    keys: [KEY],
    ...options,
  });
  replicas.push(started);
  return started;
}

/** A replica that knows only the current projection. */
async function startLate(): Promise<WebhookReplica> {
  await Promise.all(replicas.map((each) => each.stop()));
  replicas = [];
  return replica();
}

const endpointAt = (path?: string) => ({ guildId: GUILD, url: receiver.url(path) });
const create = ({ admin }: WebhookReplica, path?: string) => admin.create(ALL, endpointAt(path), 'test');

async function say(count: number, channelId = CHANNEL): Promise<number[]> {
  const seqs: number[] = [];
  for (let n = 0; n < count; n++) seqs.push((await world.say(channelId)).seq);
  return seqs;
}

const idsOf = (endpointId: string, seqs: number[]): string[] => seqs.map((seq) => `${endpointId}:${seq}`);

const accepts = (secret: string, { text, headers }: Posted): boolean => {
  try {
    new Webhook(secret).verify(text, headers);
    return true;
  } catch {
    return false;
  }
};

const isReadWith = (key: Buffer, sealed: string, id: string): true | undefined => {
  try {
    return unseal(sealed, [key], id) !== '' || undefined;
  } catch {
    return undefined;
  }
};

describe('an endpoint', () => {
  it('an endpoint gets events from now on, in order, signed according to Standard Webhooks', async () => {
    const one = await replica();
    await say(2);
    const { id, secret } = await create(one);
    const seqs = await say(3);
    const posted = await receiver.waitFor(3);
    expect(receiver.ids()).toEqual(idsOf(id, seqs));
    expect(posted.every((each) => accepts(secret, each))).toBe(true);
    expect(posted[0]!.body).toMatchObject({
      type: 'message.created',
      data: { channelId: CHANNEL, serverId: GUILD, content: expect.any(String), seq: seqs[0] },
    });
    const [last] = await until('deliveries on record', 10_000, async () => {
      const listed = await one.admin.deliveries(ALL, id, { limit: 10 });
      return listed.length === 3 ? listed : undefined;
    });
    expect(last).toMatchObject({ id: `${id}:${seqs[2]}`, state: 'delivered', attempts: 1, status: 204 });
  });

  it('an endpoint gets only the selected events, and others do not pile up', async () => {
    const one = await replica();
    const { id } = await one.admin.create(ALL, { ...endpointAt(), channels: [OTHER_CHANNEL] }, 'test');
    const renames = await one.admin.create(
      ALL,
      { ...endpointAt('/renames'), types: ['channel.updated'] },
      'test',
    );
    await say(2);
    const [seq] = await say(1, OTHER_CHANNEL);
    const renamed = await world.rename('new');
    const { seq: behind } = await world.say();
    await receiver.waitFor(1);
    await receiver.waitFor(1, '/renames');
    expect(receiver.ids()).toEqual([`${id}:${seq}`]);
    expect(receiver.ids('/renames')).toEqual([`${renames.id}:${renamed.seq}`]);
    await until(
      'cursors at the end',
      10_000,
      async () => (await one.admin.list(ALL)).every(({ cursor }) => cursor === behind) || undefined,
    );
  });

  it('an endpoint gets everything that was committed while NATS was silent', async () => {
    const one = await replica();
    const { id } = await create(one);
    const { seq } = await world.write();
    await receiver.waitFor(1);
    expect(receiver.ids()).toEqual([`${id}:${seq}`]);
  });

  it('an endpoint that is behind during a switch of projections still gets the changes of the old one', async () => {
    const one = await replica();
    const { id } = await create(one);
    await one.admin.update(ALL, id, { enabled: false });
    const seqs = await say(3);
    await createProjection(database.url);
    for (const table of ['guilds', 'channels', 'feed_heads'])
      await world.query(`INSERT INTO projection_v2.${table} SELECT * FROM projection_v1.${table}`);
    await world.query('UPDATE relay.projections SET active = false, retired_at = now() WHERE active');
    await world.query('UPDATE relay.projections SET active = true WHERE version = 2');
    const late = await startLate();
    await late.admin.update(ALL, id, { enabled: true });
    await receiver.waitFor(3);
    expect(receiver.ids()).toEqual(idsOf(id, seqs));
  });

  it('an endpoint gets a gap for what is no longer stored', async () => {
    const one = await replica();
    const { id, cursor } = await create(one);
    await one.admin.update(ALL, id, { enabled: false });
    const [, lost, kept] = await say(3);
    await world.forget(lost!);
    await one.admin.update(ALL, id, { enabled: true });
    const [gap] = await receiver.waitFor(2);
    expect(receiver.ids()).toEqual([`${id}:${lost}:gap`, `${id}:${kept}`]);
    expect(gap!.body).toMatchObject({
      type: 'gap',
      data: { guildId: GUILD, after: cursor, until: lost, reason: 'past_retention' },
    });
  });
});

describe('a failing receiver', () => {
  it('a failing receiver gets the same delivery again until it accepts it, and only then later ones', async () => {
    let failures = 2;
    receiver.answering = () => (failures-- > 0 ? 503 : 200);
    const one = await replica();
    const { id } = await create(one);
    const seqs = await say(2);
    await receiver.waitFor(4);
    const [first, second] = idsOf(id, seqs);
    expect(receiver.ids()).toEqual([first, first, first, second]);
    const stamps = receiver.posted.map(({ text }) => text);
    expect(new Set(stamps).size).toBe(2);
  });

  it('a redirect of a receiver is not followed', async () => {
    receiver.answering = ({ path }, response) => {
      response.setHeader('location', receiver.url('/elsewhere'));
      return path === '/hook' ? 307 : 200;
    };
    const one = await replica({ limits: { maxAttempts: 1 } });
    const { id } = await create(one);
    await say(1);
    const [dead] = await until('a dead letter', 10_000, async () => {
      const found = await one.admin.deliveries(ALL, id, { state: 'dead', limit: 10 });
      return found.length > 0 ? found : undefined;
    });
    expect(dead).toMatchObject({ status: 307, error: 'HTTP 307' });
    expect(receiver.ids('/elsewhere')).toEqual([]);
  });

  it('a receiver that always rejects one delivery gets the others, and the rejected one on request', async () => {
    const one = await replica({ limits: { maxAttempts: 2 } });
    const { id } = await create(one);
    let poison: string | undefined;
    receiver.answering = (posted) => ((poison ??= posted.id) === posted.id ? 400 : 200);
    const [first, second] = idsOf(id, await say(2));
    await until('both done', 10_000, async () => {
      const listed = await one.admin.deliveries(ALL, id, { limit: 10 });
      return listed.length === 2 || undefined;
    });
    expect(receiver.ids()).toEqual([first, first, second]);
    const [dead] = await one.admin.deliveries(ALL, id, { state: 'dead', limit: 10 });
    expect(dead).toMatchObject({ id: first, attempts: 2, status: 400 });
    receiver.answering = () => 200;
    expect(await one.attempts.redeliver(ALL, id, first!)).toMatchObject({ delivered: true, status: 200 });
    expect(await one.admin.deliveries(ALL, id, { state: 'dead', limit: 10 })).toEqual([]);
    expect(receiver.posted.at(-1)!.text).toBe(receiver.posted[0]!.text);
  });

  it('a receiver that answers 410 gets nothing until an admin enables it, and loses nothing', async () => {
    receiver.answering = () => 410;
    const one = await replica();
    const { id } = await create(one);
    const [seq] = await say(1);
    await until('switched off', 10_000, () => one.disabled.includes(id) || undefined);
    expect(await one.admin.get(ALL, id)).toMatchObject({ enabled: false, disabledReason: 'gone' });
    receiver.answering = () => 200;
    await one.admin.update(ALL, id, { enabled: true });
    await receiver.waitFor(2);
    expect(receiver.ids()).toEqual([`${id}:${seq}`, `${id}:${seq}`]);
  });

  it('a receiver that never answers delays no other receiver', async () => {
    const one = await replica();
    receiver.answering = ({ path }) => (path === '/silent' ? new Promise<number>(() => undefined) : 204);
    await create(one, '/silent');
    const { id } = await create(one, '/quick');
    const seqs = await say(5);
    await receiver.waitFor(5, '/quick');
    expect(receiver.ids('/quick')).toEqual(idsOf(id, seqs));
    await receiver.waitFor(1, '/silent');
    expect(receiver.ids('/silent')).toHaveLength(1);
  });

  it('a receiver that fails once stays enabled when this machine’s clock is set forward a day', async () => {
    receiver.answering = () => 500;
    const one = await replica({ limits: { disableAfterMs: HOUR_MS } });
    const { id } = await create(one);
    const [seq] = await say(1);
    await receiver.waitFor(1);
    const realNow = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + 25 * HOUR_MS);
    try {
      const { previousValidUntil } = await one.admin.rotate(ALL, id, 1);
      expect(Date.parse(previousValidUntil!)).toBeLessThan(realNow() + 2 * HOUR_MS);
      await receiver.waitFor(receiver.ids().length + 2);
    } finally {
      clock.mockRestore();
    }
    expect(one.disabled).toEqual([]);
    // The previous secret signs too, until its hour is over.
    expect(receiver.posted.at(-1)!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
    expect(receiver.ids().at(-1)).toBe(`${id}:${seq}`);
  });

  it('a receiver that fails for too long is disabled', async () => {
    receiver.answering = () => 500;
    const one = await replica({ limits: { disableAfterMs: 100 } });
    const { id } = await create(one);
    await say(1);
    await until('switched off', 20_000, () => one.disabled.includes(id) || undefined);
    expect(await one.admin.get(ALL, id)).toMatchObject({ enabled: false, disabledReason: 'failing' });
  });
});

describe('replicas', () => {
  it('replicas share the endpoints, and every endpoint gets everything once and in order', async () => {
    const [one] = [await replica({ claimedAtOnce: 1 }), await replica({ claimedAtOnce: 1 })];
    const paths = ['/a', '/b', '/c', '/d'];
    const endpoints = await Promise.all(paths.map((path) => create(one, path)));
    const seqs = await say(20);
    for (const path of paths) await receiver.waitFor(20, path);
    for (const [i, { id }] of endpoints.entries()) expect(receiver.ids(paths[i])).toEqual(idsOf(id, seqs));
  });

  it('replicas repeat what a killed one had sent but not recorded, under the same id', async () => {
    const first = await replica({ leaseMs: 1_000 });
    const { id } = await create(first);
    await until('cursor claimed', 10_000, async () => {
      const rows = await world.query('SELECT FROM relay.webhook_endpoints WHERE owner IS NOT NULL');
      return rows.length > 0 || undefined;
    });
    receiver.answering = () => {
      first.cut();
      return 200;
    };
    const [seq, next] = await say(2);
    await receiver.waitFor(1);
    receiver.answering = () => 200;
    const second = await replica({ leaseMs: 1_000 });
    await until(
      'all done',
      20_000,
      async () => (await second.admin.get(ALL, id)).cursor === next || undefined,
    );
    const repeated = receiver.ids().filter((each) => each === `${id}:${seq}`);
    expect(repeated.length).toBeGreaterThan(1);
    expect([...new Set(receiver.ids())]).toEqual(idsOf(id, [seq!, next!]));
  });

  it('replicas get their endpoints back at once after a restart with the same name', async () => {
    const first = await replica({ leaseMs: 600_000, owner: 'one' });
    const { id } = await create(first);
    const [seq] = await say(1);
    await receiver.waitFor(1);
    first.cut();
    await replica({ leaseMs: 600_000, owner: 'one' });
    const [next] = await say(1);
    await until('the next one', 20_000, () => receiver.ids().includes(`${id}:${next}`) || undefined);
    expect([...new Set(receiver.ids())]).toEqual(idsOf(id, [seq!, next!]));
  });

  it('replicas leave their endpoints to others when they stop', async () => {
    const first = await replica({ leaseMs: 600_000 });
    const { id } = await create(first);
    const [seq] = await say(1);
    await receiver.waitFor(1);
    await first.stop();
    replicas = [];
    await replica();
    const [next] = await say(1);
    await receiver.waitFor(2);
    expect(receiver.ids()).toEqual(idsOf(id, [seq!, next!]));
  });
});

it('an attempt aborted by a stop is repeated by the next replica, and does not count', async () => {
  const first = await replica();
  const { id } = await create(first);
  receiver.answering = () => new Promise(() => undefined);
  const [seq] = await say(1);
  await receiver.waitFor(1);
  await first.stop();
  receiver.answering = () => 200;
  replicas = [];
  const second = await replica();
  await receiver.waitFor(2);
  expect(receiver.ids()).toEqual(idsOf(id, [seq!, seq!]));
  const [done] = await until('on record', 10_000, async () => {
    const listed = await second.admin.deliveries(ALL, id, { limit: 1 });
    return listed.length > 0 ? listed : undefined;
  });
  expect(done).toMatchObject({ state: 'delivered', attempts: 1 });
});

describe('an admin', () => {
  it('an admin replays deliveries from a cursor or a time, under the same ids', async () => {
    const one = await replica();
    const { id } = await create(one);
    const seqs = await say(4);
    await receiver.waitFor(4);
    await one.admin.replay(ALL, id, String(seqs[1]));
    await receiver.waitFor(6);
    await one.admin.replay(ALL, id, '2020-01-01T00:00:00Z');
    await receiver.waitFor(10);
    const [a, b, c, d] = idsOf(id, seqs);
    expect(receiver.ids()).toEqual([a, b, c, d, c, d, a, b, c, d]);
    await expect(one.admin.replay(ALL, id, '999999')).rejects.toMatchObject({ code: 'REQUEST.INVALID' });
  });

  it('an admin rotates the secret of an endpoint: both sign for a while, or the new one alone', async () => {
    const one = await replica();
    const { id, secret: first } = await create(one);
    const { secret: second } = await one.admin.rotate(ALL, id, 1);
    await say(1);
    const [both] = await receiver.waitFor(1);
    expect([first, second].map((secret) => accepts(secret, both!))).toEqual([true, true]);
    const { secret: third } = await one.admin.rotate(ALL, id, 0);
    await say(1);
    const [, after] = await receiver.waitFor(2);
    expect([first, second, third].map((secret) => accepts(secret, after!))).toEqual([true, false, true]);
  });

  it('signatures stay valid while the key of all secrets is replaced, and do not need the old key afterwards', async () => {
    const first = await replica();
    const { id, secret } = await create(first);
    const next = randomBytes(32);
    await replica({ keys: [next, KEY] });
    await until('sealed anew', 20_000, async () => {
      const [row] = await world.query<{ secrets: { sealed: string }[] }>(
        'SELECT secrets FROM relay.webhook_endpoints WHERE id = $1',
        [id],
      );
      return isReadWith(next, row!.secrets[0]!.sealed, id);
    });
    await Promise.all(replicas.splice(0).map((each) => each.stop()));
    await replica({ keys: [next] });
    await say(1);
    const [posted] = await receiver.waitFor(1);
    expect(accepts(secret, posted!)).toBe(true);
  });

  it('an admin removes an endpoint with its records', async () => {
    const one = await replica();
    const { id } = await create(one);
    await say(1);
    await receiver.waitFor(1);
    await one.admin.remove(ALL, id);
    const stays = await create(one, '/stays');
    const [seq] = await say(1);
    await receiver.waitFor(1, '/stays');
    expect(receiver.ids('/stays')).toEqual(idsOf(stays.id, [seq!]));
    expect(receiver.ids()).toHaveLength(1);
    expect(await world.query('SELECT FROM relay.webhook_deliveries WHERE endpoint_id = $1', [id])).toEqual(
      [],
    );
  });
});

describe('a target that is not public', () => {
  it('a webhook target that is not public is refused at registration', async () => {
    const one = await replica({ allowed: [] });
    const targets = [receiver.url(), `https://localhost:${receiver.port}/`, 'https://169.254.169.254/latest'];
    for (const url of targets)
      await expect(one.admin.create(ALL, { guildId: GUILD, url }, 'test')).rejects.toMatchObject({
        code: 'WEBHOOK.TARGET_REFUSED',
      });
  });

  it.each(['127.0.0.1', 'localhost'])(
    'a webhook target that is not public is refused at connection, as %s',
    async (host) => {
      const lenient = await replica();
      const { id } = await create(lenient);
      // As if the name had resolved to another address at the time of the registration.
      const url = `http://${host}:${receiver.port}/hook`;
      await world.query('UPDATE relay.webhook_endpoints SET url = $1 WHERE id = $2', [url, id]);
      await lenient.stop();
      replicas = [];
      const strict = await replica({ allowed: [], limits: { maxAttempts: 1 } });
      await say(1);
      const [dead] = await until('given up', 20_000, async () => {
        const found = await strict.admin.deliveries(ALL, id, { limit: 10 });
        return found.length > 0 ? found : undefined;
      });
      expect(dead).toMatchObject({ state: 'dead', status: null, error: 'WEBHOOK.TARGET_REFUSED' });
      expect(receiver.posted).toEqual([]);
    },
  );
});
