import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Measurement, summarize, until } from '@discord-relay/local-stack';
import { type IngestStack, withIngestStack } from './ingest-stack.js';
import { residentMb } from '../../test/support/processes/process-figures.js';

const MESSAGES_PER_SECOND = 500;
const WARM_UP_S = 4;
const STREAM = 'DISCORD';

/** From the local Discord's dispatch until the log has stored the event, which is before its acknowledgement is read. */
export const ingestLatency: Measurement = {
  name: 'ingest-latency',
  description: `Discord dispatch to the log in ms at ${MESSAGES_PER_SECOND} messages/s; --rounds: seconds`,
  required: { p99Ms: { max: 15 }, missing: { equals: 0 }, events: { min: 1 } },
  run: ({ seed, rounds: seconds = 20, progress }) =>
    withIngestStack(async (stack) => {
      const connection = await connect({ servers: stack.nats.url });
      try {
        progress(`${MESSAGES_PER_SECOND} messages/s: warming up, then ${seconds} s…`);
        await play(stack, connection, WARM_UP_S * MESSAGES_PER_SECOND, seed);
        const from = await stack.sim.lastIndex();
        await play(stack, connection, seconds * MESSAGES_PER_SECOND, seed + 1);
        const sent = (await stack.sim.ledger(from)).filter(({ kind }) => kind === 'message.created');
        const storedAtMs = await storedTimes(connection);
        const latencies = sent.flatMap(({ messageId, atMs }) => {
          const stored = storedAtMs.get(`message.created:${messageId}`);
          return stored === undefined ? [] : [stored - atMs];
        });
        const { p50, p95, p99, max } = summarize(latencies);
        const missing = sent.length - latencies.length;
        const rssMb = residentMb(stack.ingestor.pid);
        return { p50Ms: p50, p95Ms: p95, p99Ms: p99, maxMs: max, events: latencies.length, missing, rssMb };
      } finally {
        await connection.close();
      }
    }),
};

async function play(
  stack: IngestStack,
  connection: NatsConnection,
  count: number,
  seed: number,
): Promise<void> {
  const { streams } = await jetstreamManager(connection);
  const before = (await streams.info(STREAM)).state.messages;
  await stack.sim.startScenario({ messagesPerSecond: MESSAGES_PER_SECOND, count, seed });
  await until('everything in the log', 120_000, async () =>
    (await streams.info(STREAM)).state.messages >= before + count ? true : undefined,
  );
}

/** Message id -> when the log stored it, in milliseconds with fractions. */
async function storedTimes(connection: NatsConnection): Promise<Map<string, number>> {
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info(STREAM);
  const consumer = await manager.jetstream().consumers.get(STREAM, { headers_only: true });
  const times = new Map<string, number>();
  for await (const message of await consumer.fetch({ max_messages: state.messages })) {
    const id = message.headers?.get('Nats-Msg-Id') ?? '';
    times.set(id, Number(message.timestampNanos / 1_000n) / 1_000);
  }
  return times;
}
