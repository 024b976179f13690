import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { LEASES_BUCKET } from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { LeaseStore } from './lease-store.js';

const KEY = 'shard.1.0';

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

  it('believes the lower revision and renews what is its own there', async () => {
    await restore('me-00000001');
    expect(await table.renew(KEY)).toBe(true);
    expect(table.statusOf(KEY)).toBe('held');
    expect(rolledBack).toBeGreaterThan(0);
  });

  it('gives up what is somebody else’s there', async () => {
    await restore('other-00000002');
    expect(await table.renew(KEY)).toBe(false);
    expect(table.statusOf(KEY)).toBe('lost');
    expect(table.liveOwners('shard.').get(KEY)).toBe('other-00000002');
  });

  it('gives up what is not there, and can take it again', async () => {
    await restore();
    expect(await table.renew(KEY)).toBe(false);
    expect(rolledBack).toBeGreaterThan(0);
    expect(await table.acquire(KEY, 60_000)).toBe(true);
  });
});
