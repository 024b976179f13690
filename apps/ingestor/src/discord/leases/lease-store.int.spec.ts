import { setTimeout as sleep } from 'node:timers/promises';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { LEASES_BUCKET } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { LeaseStore } from './lease-store.js';

const KEY = 'shard.1.0';

describe('LeaseStore', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  const stores: LeaseStore[] = [];

  beforeAll(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
  });
  afterAll(async () => {
    for (const each of stores) each.close();
    await connection.close();
    await nats.stop();
  });

  async function open(owner: string): Promise<LeaseStore> {
    const logger = createLogger('ingestor', 'spec', 'silent');
    const store = await LeaseStore.open(connection, { replicas: 1 }, owner, logger);
    stores.push(store);
    await store.reloadAll();
    return store;
  }

  it('LeaseStore distinguishes a lease that was released from one that was taken from its holder', async () => {
    const first = await open('a-00000001');
    expect(await first.acquire(KEY, 60_000)).toBe(true);
    expect(first.isTakenOver(KEY)).toBe(false);
    await first.release(KEY);
    const second = await open('b-00000001');
    expect(await second.acquire(KEY, 1)).toBe(true);
    expect(second.isTakenOver(KEY)).toBe(false);
    const third = await open('c-00000001');
    expect(await third.acquire(KEY, 60_000)).toBe(true);
    expect(third.isTakenOver(KEY)).toBe(true);
  });

  it('LeaseStore treats the lease of an earlier process of the same name as taken from its holder', async () => {
    const earlier = await open('d-00000001');
    expect(await earlier.acquire('shard.9.0', 60_000)).toBe(true);
    const later = await open('d-00000002');
    await later.releasePredecessors(['shard.']);
    expect(await later.acquire('shard.9.0', 60_000)).toBe(true);
    expect(later.isTakenOver('shard.9.0')).toBe(true);
  });

  it('LeaseStore knows when the first lease of another process expires, and does not count those that have', async () => {
    const [holder, observer] = [await open('e-00000001'), await open('f-00000001')];
    expect(await observer.acquire('shard.8.0', 1_000)).toBe(true);
    expect(await holder.acquire('shard.8.1', 30_000)).toBe(true);
    expect(await holder.acquire('shard.8.2', 1)).toBe(true);
    await observer.reloadAll();
    await sleep(2);
    expect([...observer.liveOwners('shard.8.').keys()].sort()).toEqual(['shard.8.0', 'shard.8.1']);
    const leftMs = observer.firstExpiryMs();
    expect(leftMs).toBeLessThanOrEqual(30_000);
    expect(leftMs).toBeGreaterThan(1_000);
    await sleep(2);
    expect(observer.firstExpiryMs()).toBeLessThan(leftMs);
  });
});

describe('LeaseStore on a store that was rolled back', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let table: LeaseStore;
  let rolledBack: number;

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
    table = await LeaseStore.open(
      connection,
      { replicas: 1 },
      'me-00000001',
      createLogger('ingestor', 'spec', 'silent'),
    );
    rolledBack = 0;
    table.onRolledBack(() => rolledBack++);
    expect(await table.acquire(KEY, 60_000)).toBe(true);
    for (let i = 0; i < 5; i++) expect(await table.renew(KEY)).toBe(true);
  });
  afterEach(async () => {
    table.close();
    await connection.close();
    await nats.stop();
  });

  /** The bucket as it is after a restore: with one entry, or none, of a lower revision than was seen. */
  async function restore(owner?: string): Promise<void> {
    const kvm = new Kvm(connection);
    await (await kvm.open(LEASES_BUCKET)).destroy();
    const bucket = await kvm.create(LEASES_BUCKET, { history: 1 });
    const value = { owner, ttlMs: 60_000, expiresAtMs: 0 };
    if (owner) await bucket.put(KEY, JSON.stringify(value));
  }

  it('a replica accepts the lower revision of a store that was rolled back, and renews its own leases there', async () => {
    await restore('me-00000001');
    expect(await table.renew(KEY)).toBe(true);
    expect(table.statusOf(KEY)).toBe('held');
    expect(rolledBack).toBeGreaterThan(0);
  });

  it('a replica loses leases that belong to others after a rollback of the store', async () => {
    await restore('other-00000002');
    expect(await table.renew(KEY)).toBe(false);
    expect(table.statusOf(KEY)).toBe('lost');
    expect(table.liveOwners('shard.').get(KEY)).toBe('other-00000002');
  });

  it('a replica loses leases that are missing after a rollback of the store, and can claim them again', async () => {
    await restore();
    expect(await table.renew(KEY)).toBe(false);
    expect(rolledBack).toBeGreaterThan(0);
    expect(await table.acquire(KEY, 60_000)).toBe(true);
  });
});
