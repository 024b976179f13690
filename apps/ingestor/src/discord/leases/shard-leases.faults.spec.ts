// Replicas that share shards through a real nats-server.
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { startTcpProxy } from '../../testing/tcp-proxy.js';
import { LeaseStore } from './lease-store.js';
import { ShardLeases } from './shard-leases.js';

const TIMES = { ttlMs: 1_000, renewMs: 200 };
const logger = createLogger('ingestor', 'spec', 'silent');

interface Replica {
  leases: ShardLeases;
  table: LeaseStore;
  owned: Set<number>;
  lost: number[];
  connection: NatsConnection;
}

describe('ShardLeases', () => {
  let nats: TestNats;
  let replicas: Replica[];

  beforeEach(async () => {
    nats = await startNatsServer();
    replicas = [];
  });
  afterEach(async () => {
    for (const { leases, connection } of replicas) {
      leases.close();
      await connection.close();
    }
    await nats.stop();
  });

  async function startReplica(
    name: string,
    shardCount: number | 'auto',
    servers = nats.url,
    recommended = 1,
    times = TIMES,
  ): Promise<Replica> {
    const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const table = await LeaseStore.open(connection, { replicas: 1 }, name, logger);
    const owned = new Set<number>();
    const lost: number[] = [];
    const leases: ShardLeases = new ShardLeases(
      table,
      times,
      {
        onAcquired: (shardId) => void owned.add(shardId),
        onHandoverDue: (shardId) => {
          owned.delete(shardId);
          void leases.release(shardId);
        },
        onLost: (shardId) => {
          owned.delete(shardId);
          lost.push(shardId);
        },
      },
      logger,
    );
    await table.watch(() => leases.notify());
    await leases.join((inUse) => (shardCount === 'auto' ? (inUse ?? recommended) : shardCount));
    const replica = { leases, table, owned, lost, connection };
    replicas.push(replica);
    return replica;
  }

  const shares = (...of: Replica[]) => of.map(({ owned }) => owned.size).sort();
  const untilShares = (expected: number[], ...of: Replica[]) =>
    until(`shares ${expected.join('/')}`, 10_000, () =>
      JSON.stringify(shares(...of)) === JSON.stringify(expected) ? true : undefined,
    );

  it('shard leases are recovered at once by a process with the same name', async () => {
    const long = { ...TIMES, ttlMs: 3_600_000 };
    const first = await startReplica('a-00000001', 3, nats.url, 1, long);
    await untilShares([3], first);
    first.leases.close();
    const other = await startReplica('b-00000002', 3);
    const next = await startReplica('a-00000003', 3);
    await untilShares([1, 2], other, next);
  });

  it('shard leases are shared evenly after a join, with as few moves as possible', async () => {
    const a = await startReplica('a', 5);
    await untilShares([5], a);
    const b = await startReplica('b', 5);
    await untilShares([2, 3], a, b);
    const c = await startReplica('c', 5);
    await untilShares([1, 2, 2], a, b, c);
    expect(new Set([...a.owned, ...b.owned, ...c.owned]).size).toBe(5);
    expect([a, b, c].flatMap(({ lost }) => lost)).toEqual([]);
  });

  it('shard leases are taken over at once from a replica that leaves, and after their time from one that dies', async () => {
    const [a, b, c] = [await startReplica('a', 4), await startReplica('b', 4), await startReplica('c', 4)];
    await untilShares([1, 1, 2], a, b, c);
    await b.leases.leave();
    for (const shardId of b.owned) await b.leases.release(shardId);
    await untilShares([2, 2], a, c);
    await c.connection.close();
    await untilShares([4], a);
  });

  it('shard leases are uncertain first and then lost if their owner was cut off', async () => {
    const road = await startTcpProxy(nats.port);
    const a = await startReplica('a', 2);
    const b = await startReplica('b', 2, `nats://127.0.0.1:${road.port}`);
    await untilShares([1, 1], a, b);
    const [shardId] = [...b.owned];
    road.freeze();
    await until('uncertainty', 5_000, () => b.leases.statusOf(shardId!) === 'uncertain' || undefined);
    await until('the other to take it', 5_000, () => a.owned.has(shardId!) || undefined);
    expect(b.lost).toEqual([]);
    road.thaw();
    await until('the loss to be noticed', 5_000, () => b.lost.includes(shardId!) || undefined);
    expect(b.leases.statusOf(shardId!)).not.toBe('uncertain');
    await untilShares([1, 1], a, b);
    await road.close();
  });

  it('shard leases survive an outage of NATS in which nobody could take them', async () => {
    const a = await startReplica('a', 2);
    await untilShares([2], a);
    await nats.kill('SIGKILL');
    await until('uncertainty', 10_000, () => a.leases.statusOf(0) === 'uncertain' || undefined);
    await nats.restart();
    await until('certainty', 15_000, () => a.leases.statusOf(0) === 'held' || undefined);
    expect(a.lost).toEqual([]);
  });

  it('shard leases wait while others run with another number of shards', async () => {
    const a = await startReplica('a', 2);
    await untilShares([2], a);
    const b = await startReplica('b', 3);
    await a.leases.leave();
    expect(shares(b)).toEqual([0]);
    for (const shardId of a.owned) await a.leases.release(shardId);
    await untilShares([3], b);
  });

  it('replicas that start at once with different recommendations settle on one number of shards', async () => {
    const all = await Promise.all(
      [2, 3, 4].map((recommended, i) => startReplica(`r${i}`, 'auto', nats.url, recommended)),
    );
    await until('all to know of each other, and every shard to have an owner', 10_000, () =>
      all.every(({ leases }) => leases.replicas.length === 3 && leases.unowned.length === 0)
        ? true
        : undefined,
    );
    const owned = all.flatMap((each) => [...each.owned]);
    expect(new Set(owned).size).toBe(owned.length);
  });

  it('replicas with two configured numbers of shards never run with both', async () => {
    const [a, b] = await Promise.all([startReplica('a', 2), startReplica('b', 3)]);
    await until('one to own its shards', 10_000, () =>
      a.owned.size === 2 || b.owned.size === 3 ? true : undefined,
    );
    const [first, second] = a.owned.size === 2 ? [a, b] : [b, a];
    expect(second.owned.size).toBe(0);
    await first.leases.leave();
    for (const shardId of first.owned) await first.leases.release(shardId);
    await until('the other to take over', 10_000, () =>
      second.owned.size === (second === a ? 2 : 3) ? true : undefined,
    );
  });
});
