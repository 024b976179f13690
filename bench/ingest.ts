import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { type Measurement, startNatsServer, until } from '@discord-relay/local-stack';
import { type IngestStack, withIngestStack } from './ingest-stack.js';
import { residentMb } from '../test/support/resident.js';

const STREAM = 'DISCORD';
/** More than the local Discord can say, so that it says as much as it can. */
const MESSAGES_PER_SECOND = 20_000;
const IN_FLIGHT = 4_096;

interface Logged {
  subject: string;
  payload: Uint8Array;
  headers: MsgHdrs;
  storedAtMs: number;
}

/** What one shard takes from Discord into the log, beside what the same client and events do without Discord. */
export const ingest: Measurement = {
  name: 'ingest',
  description:
    'sustained dispatches/s into the log, and the same events published alone; --rounds: thousands of messages',
  asked: { dispatchesPerS: { min: 5_000 }, ratio: { min: 0.6 }, missing: { equals: 0 } },
  run: async ({ seed, rounds = 60, progress }) => {
    const count = rounds * 1_000;
    progress(`${count} messages through the local Discord…`);
    const { logged, rssMb } = await withIngestStack((stack) => throughDiscord(stack, count, seed));
    const dispatchesPerS = rateOf(logged);
    progress(`${dispatchesPerS}/s; now the same events alone…`);
    const aloneEventsPerS = await publishAlone(logged);
    const ratio = Math.round((dispatchesPerS / aloneEventsPerS) * 100) / 100;
    return { dispatchesPerS, aloneEventsPerS, ratio, missing: count - logged.length, rssMb };
  },
};

async function throughDiscord(
  { nats, sim, ingestor }: IngestStack,
  count: number,
  seed: number,
): Promise<{ logged: Logged[]; rssMb: number }> {
  const connection = await connect({ servers: nats.url });
  try {
    const { streams } = await jetstreamManager(connection);
    const first = (await streams.info(STREAM)).state.last_seq + 1;
    await sim.startScenario({ messagesPerSecond: MESSAGES_PER_SECOND, count, seed });
    await until(
      'everything in the log',
      300_000,
      async () => ((await streams.info(STREAM)).state.last_seq >= first + count - 1 ? true : undefined),
      100,
    );
    const rssMb = residentMb(ingestor.pid);
    return { logged: await readFrom(connection, first, count), rssMb };
  } finally {
    await connection.close();
  }
}

async function readFrom(connection: NatsConnection, first: number, count: number): Promise<Logged[]> {
  const consumer = await jetstream(connection).consumers.get(STREAM, { opt_start_seq: first });
  const logged: Logged[] = [];
  for await (const message of await consumer.fetch({ max_messages: count })) {
    const { subject, data: payload, headers: fields, timestampNanos } = message;
    if (!subject.endsWith('message.created') || !fields) continue;
    logged.push({ subject, payload, headers: fields, storedAtMs: Number(timestampNanos / 1_000n) / 1_000 });
  }
  return logged;
}

function rateOf(logged: readonly Logged[]): number {
  const durationMs = (logged.at(-1)?.storedAtMs ?? NaN) - (logged[0]?.storedAtMs ?? NaN);
  return Math.round((logged.length / durationMs) * 1_000);
}

/** With a broker of its own, pipelined as the ingestor does it, with the same headers and the same deduplication. */
async function publishAlone(events: readonly Logged[]): Promise<number> {
  const nats = await startNatsServer();
  const connection = await connect({ servers: nats.url, noAsyncTraces: true });
  try {
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: STREAM, subjects: ['discord.>'], compression: 's2' });
    const client = jetstream(connection);
    const startedAtMs = performance.now();
    let next = 0;
    const publishNext = async () => {
      for (let event = events[next++]; event; event = events[next++]) {
        const all = headers();
        for (const [key, values] of event.headers) all.set(key, values[0]!);
        await client.publish(event.subject, event.payload, { headers: all });
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, publishNext));
    return Math.round((events.length / (performance.now() - startedAtMs)) * 1_000);
  } finally {
    await connection.close();
    await nats.stop();
  }
}
