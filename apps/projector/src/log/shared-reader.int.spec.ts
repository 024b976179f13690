import {
  LOG_STREAM,
  LOG_SUBJECTS,
  partitionSubject,
  PARTITIONS_METADATA_KEY,
} from '@discord-relay/contracts';
import { startNatsServer, type TestNats } from '@discord-relay/local-stack';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { silent as logger } from '../testing/logger.js';
import { BatchBuffer } from './batch-buffer.js';
import type { LogEntry } from './log-entry.js';
import { PartitionReader } from './partition-reader.js';
import { SharedReader } from './shared-reader.js';

const PARTITIONS = 4;
const EVENTS = 32_000;

describe('a log that is read together', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  beforeAll(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url });
    const { streams } = await jetstreamManager(connection);
    const metadata = { [PARTITIONS_METADATA_KEY]: String(PARTITIONS) };
    await streams.add({ name: LOG_STREAM, subjects: [LOG_SUBJECTS], metadata });
    const write = (i: number) => `discord.${i % PARTITIONS}.1.-.message.created`;
    for (let i = 0; i < EVENTS - 1; i++) connection.publish(write(i), String(i));
    await jetstream(connection).publish(write(EVENTS - 1), String(EVENTS - 1));
  });
  afterAll(async () => {
    await connection.close();
    await nats.stop();
  });

  const tools = () => {
    const js = jetstream(connection);
    return { js, logger, shared: new SharedReader(js, PARTITIONS, logger) };
  };

  const smallBuffer = () => new BatchBuffer<LogEntry>({ maxEvents: 500, maxBytes: 1_000_000 });

  /** Takes events until nothing is pending, or up to this number. */
  async function take(buffer: BatchBuffer<LogEntry>, most = Infinity): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    while (entries.length < most && entries.at(-1)?.pending !== 0) {
      const batch = await buffer.nextBatch();
      if (!batch) break;
      entries.push(...batch);
    }
    return entries;
  }

  /** Reads until nothing is pending, or up to this number of events. */
  async function read(reader: PartitionReader, most = Infinity): Promise<LogEntry[]> {
    const buffer = smallBuffer();
    const filling = reader.fill(buffer);
    const entries = await take(buffer, most);
    buffer.close();
    reader.stop();
    await filling;
    await reader.close();
    return entries;
  }

  /** Stream sequences of a partition after a given one. */
  const seqsOf = (partition: number, afterSeq: number): number[] =>
    Array.from({ length: EVENTS / PARTITIONS }, (_, i) => i * PARTITIONS + partition + 1).filter(
      (seq) => seq > afterSeq,
    );

  it('the shared reader delivers all events to each partition, once and in order, from any start', async () => {
    const shared = tools();
    const readers = await Promise.all(
      [0, 1, 7, 1_200].map((afterSeq, partition) => PartitionReader.open(shared, partition, afterSeq)),
    );
    const entries = await Promise.all(readers.map((reader) => read(reader)));
    [0, 1, 7, 1_200].forEach((afterSeq, partition) => {
      expect(entries[partition]!.map(({ seq }) => seq)).toEqual(seqsOf(partition, afterSeq));
      expect(entries[partition]!.map(({ pending }) => pending)).toEqual(
        seqsOf(partition, afterSeq).map((_, i, all) => all.length - i - 1),
      );
      expect(new Set(entries[partition]!.map(({ subject }) => subject.split('.')[1]))).toEqual(
        new Set([partitionSubject(partition).split('.')[1]]),
      );
    });
  });

  it('the shared reader continues for the others when one leaves, and for a single partition', async () => {
    const shared = tools();
    const readers = await Promise.all(
      [0, 1, 2].map((partition) => PartitionReader.open(shared, partition, 0)),
    );
    const [few, ...all] = await Promise.all(
      readers.map((reader, partition) => read(reader, partition === 0 ? 1_000 : Infinity)),
    );
    expect(few!.map(({ seq }) => seq)).toEqual(seqsOf(0, 0).slice(0, few!.length));
    expect(all.map((entries) => entries.map(({ seq }) => seq))).toEqual([seqsOf(1, 0), seqsOf(2, 0)]);
    const alone = await read(await PartitionReader.open(shared, 3, 0));
    expect(alone.map(({ seq }) => seq)).toEqual(seqsOf(3, 0));
  });

  it('a partition that reads alone joins the shared read when others come that are far behind', async () => {
    const created = connection.subscribe('$JS.EVENT.ADVISORY.CONSUMER.CREATED.>');
    const shared = tools();
    const buffers = [0, 1].map(smallBuffer);
    const first = await PartitionReader.open(shared, 0, 0);
    const filling = first.fill(buffers[0]!);
    const readAlone = (await buffers[0]!.nextBatch())!;
    const second = await PartitionReader.open(shared, 1, 0);
    const bothFilling = Promise.all([filling, second.fill(buffers[1]!)]);
    const [rest, all] = await Promise.all(buffers.map((buffer) => take(buffer)));
    for (const reader of [first, second]) reader.stop();
    await bothFilling;
    await Promise.all([first.close(), second.close()]);
    await created.drain();
    expect([...readAlone, ...rest!].map(({ seq }) => seq)).toEqual(seqsOf(0, 0));
    expect(all!.map(({ seq }) => seq)).toEqual(seqsOf(1, 0));
    const consumers: string[] = [];
    for await (const advisory of created) consumers.push(advisory.json<{ consumer: string }>().consumer);
    expect(consumers.filter((name) => name.startsWith('projector_all'))).toHaveLength(1);
  });
});
