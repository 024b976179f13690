import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM } from '@discord-relay/contracts';
import { type Measurement, until } from '@discord-relay/local-stack';
import { cpuSeconds, residentMb } from '../../test/support/processes/process-figures.js';
import { type IngestStack, withIngestStack } from './ingest-stack.js';
import { publishAlone } from './publish-alone.js';

const CREATED = 'discord.*.*.*.message.created';
/** More than the local Discord can send, so that it sends as much as it can. */
const MESSAGES_PER_SECOND = 20_000;

/**
 * Dispatches per second that one shard brings from Discord into the log, compared with the same process without Discord: the
 * same dispatches, read from memory instead of a connection. Also shows the cost of publishing without normalizing, and of the
 * bare client.
 */
export const ingest: Measurement = {
  name: 'ingest',
  description:
    'sustained dispatches/s into the log, and the same without Discord; --rounds: thousands of messages',
  required: { dispatchesPerS: { min: 5_000 }, ratio: { min: 0.6 }, missing: { equals: 0 } },
  run: ({ seed, rounds = 60, progress }) =>
    withIngestStack(async (stack) => {
      const count = rounds * 1_000;
      progress(`${count} messages through the local Discord…`);
      const connection = await connect({ servers: stack.nats.url });
      try {
        const { firstSequence, ...through } = await throughDiscord(stack, connection, count, seed);
        progress(`${through.dispatchesPerS}/s; now the same without Discord…`);
        const again = { fromUrl: stack.nats.url, firstSequence, count };
        const alone = await publishAlone({ ...again, through: 'ingestor' });
        const publisher = await publishAlone({ ...again, through: 'publisher' });
        const client = await publishAlone({ ...again, through: 'client' });
        return {
          ...through,
          ratio: Math.round((through.dispatchesPerS / alone.perS) * 100) / 100,
          alonePerS: alone.perS,
          aloneCpuUs: alone.cpuUs,
          publisherPerS: publisher.perS,
          publisherCpuUs: publisher.cpuUs,
          bareClientPerS: client.perS,
          bareClientCpuUs: client.cpuUs,
        };
      } finally {
        await connection.close();
      }
    }),
};

async function throughDiscord(
  { sim, ingestor, simulator }: IngestStack,
  connection: NatsConnection,
  count: number,
  seed: number,
) {
  const { streams } = await jetstreamManager(connection);
  const messages = async () => {
    const { state } = await streams.info(LOG_STREAM, { subjects_filter: CREATED });
    return Object.values(state.subjects ?? {}).reduce((sum, each) => sum + each, 0);
  };
  const firstSequence = (await streams.info(LOG_STREAM)).state.last_seq + 1;
  const before = await messages();
  const cpuBefore = [cpuSeconds(ingestor.pid), cpuSeconds(simulator.pid)];
  await sim.startScenario({ messagesPerSecond: MESSAGES_PER_SECOND, count, seed });
  await until(
    'everything in the log',
    300_000,
    async () => ((await messages()) >= before + count ? true : undefined),
    250,
  );
  const [cpuUs, simulatorCpuUs] = [ingestor, simulator].map(({ pid }, i) =>
    Math.round(((cpuSeconds(pid) - cpuBefore[i]!) / count) * 1e6),
  ) as [number, number];
  const rssMb = residentMb(ingestor.pid);
  const storedAtMs = await storedTimes(connection, firstSequence);
  const durationMs = storedAtMs.at(-1)! - storedAtMs[0]!;
  const dispatchesPerS = Math.round((storedAtMs.length / durationMs) * 1_000);
  return { firstSequence, dispatchesPerS, missing: count - storedAtMs.length, cpuUs, simulatorCpuUs, rssMb };
}

/** When the log stored each message, in milliseconds. */
async function storedTimes(connection: NatsConnection, firstSequence: number): Promise<number[]> {
  const options = { opt_start_seq: firstSequence, filter_subjects: CREATED, headers_only: true };
  const consumer = await jetstream(connection).consumers.get(LOG_STREAM, options);
  const { num_pending: pending } = await consumer.info();
  const times: number[] = [];
  for await (const { timestampNanos } of await consumer.fetch({ max_messages: pending }))
    times.push(Number(timestampNanos / 1_000n) / 1_000);
  return times;
}
