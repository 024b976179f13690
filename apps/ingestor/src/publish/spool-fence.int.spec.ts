import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import type { Snowflake } from '@discord-relay/contracts';
import { startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { historyEvent } from '../backfill/compare/history-message.js';
import { HistoryWriter, ShardLostError } from '../backfill/compare/history-writer.js';
import { LiveTraffic } from '../backfill/compare/live-traffic.js';
import { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { LogFences } from '../nats/log-fences.js';
import { readLog } from '../testing/log-reader.js';
import { outgoing } from '../testing/outgoing.js';
import { startTcpProxy, type TcpProxy } from '../testing/tcp-proxy.js';
import { LogPublisher } from './log-publisher.js';
import { ensureLogStream } from './log-stream.js';
import { Outbox } from './outbox.js';
import type { OutgoingEvent } from './outgoing-event.js';
import { DiskSpool } from './spool/disk-spool.js';

const SHARD_COUNT = 2;
const LIMITS = { queueMax: 1_000, queueMaxBytes: 10_000_000, spoolMaxBytes: 10_000_000 };
const logger = createLogger('ingestor', 'spec', 'silent');

/** A process with a spool. */
interface Replica {
  connection: NatsConnection;
  fences: LogFences;
  outbox: Outbox;
  metrics: IngestorMetrics;
}

describe('spooled events and the fences of their shards', () => {
  let nats: TestNats;
  let proxy: TcpProxy;
  let dir: string;
  let replica: Replica;
  let other: NatsConnection;
  let abandoned: string[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'relay-spool-'));
    nats = await startNatsServer();
    proxy = await startTcpProxy(nats.port);
    other = await newConnection(nats.url);
    abandoned = [];
    replica = await start();
    await replica.outbox.open(replica.connection, replica.fences);
    for (const shardId of [0, 1]) await acquire(replica.fences, shardId);
  }, 60_000);
  afterEach(async () => {
    await stop();
    await other.close();
    await proxy.close();
    await nats.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const newConnection = (servers: string) =>
    connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });

  async function start(): Promise<Replica> {
    const connection = await newConnection(`127.0.0.1:${proxy.port}`);
    const fences = new LogFences(connection);
    const metrics = new IngestorMetrics(new Registry());
    const { dedupWindowMs, newestSequence, created } = await ensureLogStream(connection, {
      dedupWindowMs: 60_000,
      replicas: 1,
    });
    const window = { maxInFlight: 64, maxInFlightBytes: 1_000_000, ackWaitMs: 300 };
    const settings = { ...window, dedupWindowMs, newestSequence, created };
    const publisher = new LogPublisher(connection, settings, metrics, logger);
    const spool = await DiskSpool.open({ dir, segmentBytes: 20_000, onSynced: () => undefined }, logger);
    return { connection, fences, metrics, outbox: new Outbox(publisher, spool, LIMITS, metrics, logger) };
  }

  async function stop(): Promise<void> {
    await replica.outbox.stop();
    await replica.connection.close();
  }

  const acquire = (fences: LogFences, shardId: number, takenOver = true) =>
    fences.establish({ shardCount: SHARD_COUNT, shardId, renew: () => Promise.resolve(true) }, { takenOver });

  /** Another replica, whose connection may just be coming back. */
  async function acquireElsewhere(shardId: number): Promise<void> {
    const fences = new LogFences(other);
    await until('another replica to acquire the shard', 20_000, () => acquire(fences, shardId));
  }

  /** Publishes events of shard 0, of shard 1 and of a version that stored no fence, while the log is away; then stops. */
  async function spoolEvents(count: number): Promise<void> {
    await nats.kill('SIGKILL');
    for (let i = 0; i < count; i++) {
      for (const shardId of [0, 1]) publish(`shard ${shardId}, ${i}`, shardId);
      replica.outbox.publish(outgoing(`no fence, ${i}`));
    }
    await untilSpooled();
    await stop();
    await nats.restart();
  }

  function publish(id: string, shardId: number): void {
    const fence = replica.fences.of(shardId)!;
    replica.outbox.publish(outgoing(id, { fence, abandoned: () => void abandoned.push(id) }));
  }

  const untilSpooled = () =>
    until('the events to be on disk', 20_000, () =>
      replica.outbox.spoolState === 'filling' && replica.outbox.unwrittenBytes === 0 ? true : undefined,
    );
  const idsOf = (count: number, kinds: string[]) =>
    Array.from({ length: count }, (_, i) => kinds.map((kind) => `${kind}, ${i}`)).flat();
  const loggedIds = async () => (await readLog(other)).map(({ messageId }) => messageId);
  const countAbandoned = async () => (await replica.metrics.abandoned.get()).values[0]!.value;

  async function openAndDrain(): Promise<void> {
    await replica.outbox.open(replica.connection, replica.fences);
    await replica.outbox.whenEmpty();
  }

  it('spooled events of the shard that another replica has acquired are dropped, the others published in order', async () => {
    await spoolEvents(200);
    await acquireElsewhere(0);
    replica = await start();
    await openAndDrain();
    expect(await loggedIds()).toEqual(idsOf(200, ['shard 1', 'no fence']));
    expect(await countAbandoned()).toBe(200);
    await until('the files to be removed', 20_000, async () =>
      (await readdir(dir)).some((name) => name.endsWith('.spool')) ? undefined : true,
    );
  }, 60_000);

  it('spooled events are published when the next process acquires the shards, also when it is killed after that', async () => {
    await spoolEvents(50);
    replica = await start();
    await replica.fences.adopt([fenceOf(0), fenceOf(1)]);
    for (const shardId of [0, 1]) await acquire(replica.fences, shardId);
    await stop();
    replica = await start();
    await openAndDrain();
    expect(await loggedIds()).toEqual(idsOf(50, ['shard 0', 'shard 1', 'no fence']));
    expect(await countAbandoned()).toBe(0);
  }, 60_000);

  /** The fence that the first process raised, as its spool has it. */
  const fenceOf = (shardId: number) => ({
    subject: `discord.-.fence.${SHARD_COUNT}.${shardId}`,
    sequence: shardId + 1,
    sinceMs: Date.now(),
  });

  it('the fence of a shard that was released in order is adopted, and no other one is raised', async () => {
    await spoolEvents(20);
    replica = await start();
    await replica.fences.adopt([fenceOf(0)]);
    await acquire(replica.fences, 0, false);
    expect(replica.fences.of(0)).toMatchObject(fenceWithout(fenceOf(0)));
    await openAndDrain();
    expect(await loggedIds()).toEqual(idsOf(20, ['shard 0', 'shard 1', 'no fence']));
    expect(await countAbandoned()).toBe(0);
  }, 60_000);

  const fenceWithout = ({ subject, sequence }: ReturnType<typeof fenceOf>) => ({ subject, sequence });

  it('spooled events of this process are dropped when another replica has acquired the shard meanwhile', async () => {
    proxy.freeze();
    publish('sent', 0);
    await untilSpooled();
    for (const shardId of [0, 1]) publish(`on disk ${shardId}`, shardId);
    await untilSpooled();
    await acquireElsewhere(0);
    proxy.thaw();
    await replica.outbox.whenEmpty();
    expect(await loggedIds()).toEqual(['on disk 1']);
    // Either may be refused first.
    expect(abandoned.toSorted()).toEqual(['on disk 0', 'sent']);
  }, 60_000);

  it('backfill’s events for a shard that another replica has acquired fail instead of waiting forever', async () => {
    proxy.freeze();
    const writer = newHistoryWriter();
    const origin = {
      guildId: '2' as Snowflake,
      gapId: 'gap',
      shardId: 0,
      receivedAt: new Date(0).toISOString(),
    };
    const data = { id: '4' as Snowflake, channelId: '3' as Snowflake, guildId: '2' as Snowflake };
    const written = writer.write(historyEvent(origin, { type: 'message.deleted', id: 'deleted', data }));
    await untilSpooled();
    await acquireElsewhere(0);
    proxy.thaw();
    await expect(written).rejects.toThrow(ShardLostError);
    await replica.outbox.whenEmpty();
    expect(await loggedIds()).toEqual([]);
  }, 60_000);

  function newHistoryWriter(): HistoryWriter {
    const { outbox, fences, metrics } = replica;
    const sink = {
      publish: (event: OutgoingEvent) => outbox.publish(event),
      fenceOf: (shardId: number) => fences.of(shardId),
    };
    const { signal } = new AbortController();
    return new HistoryWriter(sink, new LiveTraffic(), 1, metrics.backfill, signal);
  }
});
