import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Change,
  DEFAULT_PARTITIONS,
  eventSubject,
  LOG_STREAM,
  type RelayEvent,
} from '@discord-relay/contracts';
import { type Measurement, seeded, summarize, until } from '@discord-relay/local-stack';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventMix } from '../../test/support/load/event-mix.js';
import { createLog, createProjector, withProjectorStack } from '../../test/support/stacks/projector-stack.js';
import { cpuOf, cpuPerEvent } from './cpu.js';
import { residentMb } from '../../test/support/processes/process-figures.js';

const MESSAGES_PER_SECOND = 500;
const WARM_UP_S = 4;
const TICK_MS = 2;

/** From the time the log stored a message until its committed change arrives at a subscriber. */
export const projectLatency: Measurement = {
  name: 'project-latency',
  description: `log to announced change in ms at ${MESSAGES_PER_SECOND} messages/s; --rounds: seconds`,
  required: { p50Ms: { max: 3 }, p99Ms: { max: 15 }, missing: { equals: 0 }, events: { min: 1 } },
  run: ({ seed, rounds: seconds = 20, progress }) =>
    withProjectorStack(async (stack) => {
      const { connection } = stack;
      await createLog(connection);
      const mix = new EventMix(seeded(seed), DEFAULT_PARTITIONS, 1);
      await append(connection, mix.opening());
      const projector = await createProjector(stack);
      projector.start();
      try {
        await projector.ready();
        const arrivedAtMs = listen(connection);
        progress(`${MESSAGES_PER_SECOND} messages/s: warming up, then ${seconds} s…`);
        await publishMessages(connection, mix, WARM_UP_S);
        const before = cpuOf(stack, projector);
        const from = await publishMessages(connection, mix, seconds);
        const storedAtMs = await storedTimes(connection, from);
        await until(
          'every change',
          30_000,
          () => [...storedAtMs.keys()].every((seq) => arrivedAtMs.has(seq)) || undefined,
        );
        const latencies = [...storedAtMs].map(([seq, at]) => arrivedAtMs.get(seq)! - at);
        const { p50, p95, p99, max } = summarize(latencies);
        const missing = seconds * MESSAGES_PER_SECOND - latencies.length;
        const costs = cpuPerEvent(before, cpuOf(stack, projector), latencies.length);
        const rssMb = residentMb(projector.pid);
        const events = latencies.length;
        return { p50Ms: p50, p95Ms: p95, p99Ms: p99, maxMs: max, events, missing, rssMb, ...costs };
      } finally {
        await projector.stop();
      }
    }),
};

/** Stream sequence -> when its change arrived, in milliseconds with fractions. */
function listen(connection: NatsConnection): Map<number, number> {
  const arrived = new Map<number, number>();
  connection.subscribe('changes.>', {
    callback: (error, message) => {
      if (error) throw error;
      const atMs = performance.timeOrigin + performance.now();
      const { seq, feed } = message.json<Change>();
      if (feed && !arrived.has(seq)) arrived.set(seq, atMs);
    },
  });
  return arrived;
}

/** Publishes messages at a steady rate for some seconds; returns the stream sequence of the first. */
async function publishMessages(connection: NatsConnection, mix: EventMix, seconds: number): Promise<number> {
  const count = seconds * MESSAGES_PER_SECOND;
  const startedAtMs = performance.now();
  const acknowledged: Promise<number[]>[] = [];
  for (let said = 0; said < count;) {
    const due = Math.min(
      count,
      Math.floor(((performance.now() - startedAtMs) / 1_000) * MESSAGES_PER_SECOND) + 1,
    );
    acknowledged.push(
      append(
        connection,
        Array.from({ length: due - said }, () => mix.message()),
      ),
    );
    said = due;
    await sleep(TICK_MS);
  }
  const seqs = (await Promise.all(acknowledged)).flat();
  return Math.min(...seqs);
}

async function append(connection: NatsConnection, events: readonly RelayEvent[]): Promise<number[]> {
  const client = jetstream(connection);
  const publish = (event: RelayEvent) =>
    client.publish(eventSubject(event, DEFAULT_PARTITIONS), JSON.stringify(event));
  return (await Promise.all(events.map(publish))).map(({ seq }) => seq);
}

/** Stream sequence -> when the log stored it. */
async function storedTimes(connection: NatsConnection, from: number): Promise<Map<number, number>> {
  const manager = await jetstream(connection).jetstreamManager();
  const { state } = await manager.streams.info(LOG_STREAM);
  const consumer = await manager
    .jetstream()
    .consumers.get(LOG_STREAM, { opt_start_seq: from, headers_only: true });
  const times = new Map<number, number>();
  for await (const message of await consumer.fetch({ max_messages: state.last_seq - from + 1 })) {
    times.set(message.seq, Number(message.timestampNanos / 1_000n) / 1_000);
  }
  return times;
}
