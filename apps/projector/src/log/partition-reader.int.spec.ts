import { LOG_STREAM, LOG_SUBJECTS, partitionSubject } from '@discord-relay/contracts';
import { startNatsServer, type TestNats, until } from '@discord-relay/local-stack';
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { silent as logger } from '../testing/logger.js';
import { BatchBuffer } from './batch-buffer.js';
import type { LogEntry } from './log-entry.js';
import { PartitionReader } from './partition-reader.js';
import { SharedReader } from './shared-reader.js';

const STALL_MS = 200;
const NANOS_PER_MS = 1_000_000;
const AN_HOUR_MS = 3_600_000;

describe('a consumer of the log', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let jsm: JetStreamManager;

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
    jsm = await jetstreamManager(connection);
    await jsm.streams.add({ name: LOG_STREAM, subjects: [LOG_SUBJECTS] });
  });
  afterEach(async () => {
    await connection.close();
    await nats.stop();
  });

  const tools = () => ({ js: jetstream(connection), logger, stallMs: STALL_MS });
  const publish = async (partition: number, count = 1) => {
    for (let i = 0; i < count; i++)
      await jetstream(connection).publish(
        partitionSubject(partition).replace('>', '1.-.message.created'),
        '{}',
      );
  };
  const bufferOf = (maxEvents: number) => new BatchBuffer<LogEntry>({ maxEvents, maxBytes: 1_000_000 });
  /** Heartbeats continue, deliveries do not, like a consumer that hangs in the server. */
  const pauseConsumers = async (): Promise<number> => {
    let paused = 0;
    for await (const { name } of jsm.consumers.list(LOG_STREAM)) {
      await jsm.consumers.pause(LOG_STREAM, name, new Date(Date.now() + AN_HOUR_MS));
      paused++;
    }
    return paused;
  };

  it('a consumer that delivers nothing although the log has more is replaced, and its successor continues', async () => {
    const reader = await PartitionReader.open(tools(), 0, 0);
    const filling = reader.fill(bufferOf(10));
    await pauseConsumers();
    await publish(0);
    await expect(filling).rejects.toMatchObject({ code: 'LOG.CONSUMER_STALLED', retry: 'later' });
    await reader.close();

    const buffer = bufferOf(10);
    const next = await PartitionReader.open(tools(), 0, 0);
    const reading = next.fill(buffer);
    expect((await buffer.nextBatch())?.map(({ seq }) => seq)).toEqual([1]);
    await next.close();
    await reading;
  });

  it('a consumer that all partitions share is also replaced when it delivers nothing', async () => {
    const shared = new SharedReader(jetstream(connection), 2, logger, STALL_MS);
    const { signal } = new AbortController();
    const member = { afterSeq: 0, pending: 10_000, signal };
    const joined = [0, 1].map((partition) => shared.join({ ...member, partition, buffer: bufferOf(10) }));
    await until('its consumer', 10_000, async () => (await pauseConsumers()) > 0 || undefined);
    await publish(1);
    expect((await Promise.all(joined)).map(({ result }) => result)).toEqual(['stalled', 'stalled']);
  });

  it('a consumer asks for a heartbeat every second, so that a server that is gone is noticed after two', async () => {
    const requests = connection.subscribe('$JS.API.CONSUMER.MSG.NEXT.>', { max: 1 });
    const reader = await PartitionReader.open(tools(), 0, 0);
    const reading = reader.fill(bufferOf(10));
    const pulls: { idle_heartbeat: number }[] = [];
    for await (const request of requests) pulls.push(request.json());
    expect(pulls).toMatchObject([{ idle_heartbeat: 1_000 * NANOS_PER_MS }]);
    await reader.close();
    await reading;
  });

  it('a consumer that is closed does not wait for a server that does not answer', async () => {
    const reader = await PartitionReader.open(tools(), 0, 0);
    const reading = reader.fill(bufferOf(10));
    await nats.kill('SIGSTOP');
    // Its time limit is that of the deletion of the consumer.
    const unanswered = jsm.streams.info(LOG_STREAM).then(
      () => 'answered',
      () => 'unanswered',
    );
    expect(await Promise.race([reader.close().then(() => 'closed'), unanswered])).toBe('closed');
    await nats.kill('SIGCONT');
    await unanswered;
    await reading;
  });

  it.each([
    ['of a partition for which nothing comes', () => publish(1, 3), 10],
    ['whose messages wait for capacity', () => publish(0, 3), 1],
  ])('the consumer of the log waits for %s', async (_, before, room) => {
    const reader = await PartitionReader.open(tools(), 0, 0);
    const buffer = bufferOf(room);
    let failed = false;
    const filling = reader.fill(buffer).catch(() => (failed = true));
    await before();
    await new Promise((resolve) => setTimeout(resolve, STALL_MS * 5));
    buffer.close();
    await reader.close();
    await filling;
    expect(failed).toBe(false);
  });
});
