import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import { fenceSubject, LOG_STREAM } from '@discord-relay/contracts';
import { startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { LogFences } from '../nats/log-fences.js';
import { readLog } from '../testing/log-reader.js';
import { startTcpProxy, type TcpProxy } from '../testing/tcp-proxy.js';
import { LogPublisher } from './log-publisher.js';
import { ensureLogStream } from './log-stream.js';
import { outgoing } from '../testing/outgoing.js';

const SETTINGS = {
  maxInFlight: 64,
  maxInFlightBytes: 1_000_000,
  ackWaitMs: 60_000,
  dedupWindowMs: 120_000,
  newestSequence: 0,
};
const SHARD = { shardCount: 1, shardId: 0 };

/** A replica that holds, or held, the lease of the shard. */
interface Replica {
  fences: LogFences;
  publisher: LogPublisher;
  /** Whether the store of leases confirms its lease. */
  holdsLease: boolean;
}

describe('the fence of a shard', () => {
  let nats: TestNats;
  let proxy: TcpProxy;
  let slow: NatsConnection;
  let direct: NatsConnection;
  let created: string;
  let replicas: Replica[];
  let sentBefore = false;

  beforeEach(async () => {
    nats = await startNatsServer();
    proxy = await startTcpProxy(nats.port);
    slow = await connect({ servers: `127.0.0.1:${proxy.port}`, maxReconnectAttempts: -1 });
    direct = await connect({ servers: nats.url, maxReconnectAttempts: -1 });
    ({ created } = await ensureLogStream(direct, { dedupWindowMs: SETTINGS.dedupWindowMs, replicas: 1 }));
    replicas = [];
  }, 60_000);
  afterEach(async () => {
    for (const { publisher } of replicas) publisher.stop();
    await slow.close();
    await direct.close();
    await proxy.close();
    await nats.stop();
  });

  const leaseOf = (replica: Pick<Replica, 'holdsLease'>) => ({
    ...SHARD,
    renew: () => Promise.resolve(replica.holdsLease),
  });

  async function replica(
    connection: NatsConnection,
    { takenOver }: { takenOver: boolean },
  ): Promise<Replica> {
    const fences = new LogFences(connection);
    const metrics = new IngestorMetrics(new Registry());
    const logger = createLogger('ingestor', 'spec', 'silent');
    const publisher = new LogPublisher(connection, { ...SETTINGS, created }, metrics, logger);
    const started = { fences, publisher, holdsLease: true };
    await fences.establish(leaseOf(started), { takenOver });
    replicas.push(started);
    return started;
  }

  const publish = (from: Replica, ...ids: string[]) => {
    for (const id of ids) from.publisher.publish(eventOf(from, id));
  };
  const eventOf = (from: Replica, id: string) =>
    outgoing(id, {
      // As seen by a process that was suspended: its own clock shows no loss.
      leaseStatus: () => (from.holdsLease ? 'held' : 'lost'),
      fence: from.fences.of(SHARD.shardId)!,
      ...(sentBefore && { firstSending: { atMs: performance.now(), afterSequence: 0 } }),
    });
  const loggedIds = async () => (await readLog(direct)).map(({ messageId }) => messageId);

  /** Hands a batch to a connection on which nothing moves until `proxy.thaw()`. */
  async function sendIntoStandstill(from: Replica, ...ids: string[]): Promise<void> {
    proxy.freeze();
    publish(from, ...ids);
    await until(
      'the batch to be in flight',
      10_000,
      () => from.publisher.inFlight === ids.length || undefined,
    );
  }

  it('the fence of a shard keeps a batch of a replica that lost its lease out of the log', async () => {
    const stale = await replica(slow, { takenOver: false });
    publish(stale, 'a', 'b');
    await stale.publisher.whenAtMost(0);
    await sendIntoStandstill(stale, 'late 1', 'late 2', 'late 3');
    const successor = await replica(direct, { takenOver: true });
    publish(successor, 'new 1', 'new 2');
    await successor.publisher.whenAtMost(0);
    stale.holdsLease = false;
    proxy.thaw();
    await stale.publisher.whenAtMost(0);
    publish(successor, 'new 3');
    await successor.publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(['a', 'b', 'new 1', 'new 2', 'new 3']);
  }, 60_000);

  it('the fence also holds when that batch is sent again and the log has its first event', async () => {
    const stale = await replica(slow, { takenOver: false });
    sentBefore = true;
    await sendIntoStandstill(stale, 'a', 'late 1', 'late 2');
    sentBefore = false;
    const successor = await replica(direct, { takenOver: true });
    publish(successor, 'a', 'new 1');
    await successor.publisher.whenAtMost(0);
    stale.holdsLease = false;
    proxy.thaw();
    await stale.publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(['a', 'new 1']);
  }, 60_000);

  it('the holder of a lease raises the fence again when the log has lost it', async () => {
    const holder = await replica(direct, { takenOver: true });
    publish(holder, 'a');
    await holder.publisher.whenAtMost(0);
    const manager = await jetstreamManager(direct);
    await manager.streams.purge(LOG_STREAM, { filter: fenceSubject(SHARD.shardCount, SHARD.shardId) });
    publish(holder, 'b', 'c');
    await holder.publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(['a', 'b', 'c']);
    expect(holder.publisher.failure).toBeUndefined();
  }, 60_000);

  it('the fence keeps out what was received before the lease was lost, also when the replica has it again', async () => {
    const returning = await replica(direct, { takenOver: false });
    const earlier = eventOf(returning, 'earlier');
    const other = await replica(direct, { takenOver: true });
    publish(other, 'a');
    await other.publisher.whenAtMost(0);
    other.holdsLease = false;
    await returning.fences.establish(leaseOf(returning), { takenOver: false });
    returning.publisher.publish(earlier);
    publish(returning, 'b');
    await returning.publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(['a', 'b']);
  }, 60_000);

  it('the fence changes with the owner of the shard, whether the lease was released or taken', async () => {
    const { streams } = await jetstreamManager(direct);
    const subject = fenceSubject(SHARD.shardCount, SHARD.shardId);
    const sequences = [];
    for (const takenOver of [false, false, true]) {
      await replica(direct, { takenOver });
      sequences.push((await streams.getMessage(LOG_STREAM, { last_by_subj: subject }))!.seq);
    }
    expect(sequences).toEqual([1, 2, 3]);
  }, 60_000);
});
