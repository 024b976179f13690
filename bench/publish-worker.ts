import { jetstream } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM } from '@discord-relay/contracts';
import {
  ensureLogStream,
  IngestorMetrics,
  LogPublisher,
  type OutgoingEvent,
} from '@discord-relay/ingestor/publisher';
import { createLogger } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import type { PublishAnswer, PublishRequest } from './publish-alone.js';

/** As the ingestor is configured unless told otherwise. */
const SETTINGS = {
  dedupWindowMs: 120_000,
  maxInFlight: 1_024,
  maxInFlightBytes: 8_388_608,
  ackWaitMs: 5_000,
};

type Logged = Pick<OutgoingEvent, 'id' | 'subject' | 'payload' | 'traceparent'>;

async function readEvents({ fromUrl, firstSequence, count }: PublishRequest): Promise<Logged[]> {
  const connection = await connect({ servers: fromUrl });
  const consumer = await jetstream(connection).consumers.get(LOG_STREAM, { opt_start_seq: firstSequence });
  const events: Logged[] = [];
  for await (const message of await consumer.fetch({ max_messages: count })) {
    const { subject, data: payload, headers: fields } = message;
    const [id, traceparent] = ['Nats-Msg-Id', 'traceparent'].map((key) => fields?.get(key) ?? '');
    events.push({ id: id!, subject, payload, traceparent: traceparent! });
  }
  await connection.close();
  return events;
}

async function throughPublisher(connection: NatsConnection, events: readonly Logged[]): Promise<void> {
  const { newestSequence } = await ensureLogStream(connection, {
    dedupWindowMs: SETTINGS.dedupWindowMs,
    replicas: 1,
  });
  const logger = createLogger('bench', 'publisher', 'silent');
  const publisher = new LogPublisher(
    connection,
    { ...SETTINGS, newestSequence },
    new IngestorMetrics(new Registry()),
    logger,
  );
  for (const event of events) {
    // Like a socket, it takes no more than the queue holds.
    if (publisher.length >= SETTINGS.maxInFlight * 4) await publisher.whenAtMost(SETTINGS.maxInFlight);
    const { length: bytes } = event.payload;
    const settled = () => undefined;
    publisher.publish({ ...event, type: 'message.created', bytes, queuedAtMs: Date.now(), settled });
  }
  await publisher.whenAtMost(0);
  publisher.stop();
}

async function throughClient(connection: NatsConnection, events: readonly Logged[]): Promise<void> {
  await ensureLogStream(connection, { dedupWindowMs: SETTINGS.dedupWindowMs, replicas: 1 });
  const client = jetstream(connection);
  let next = 0;
  const publishNext = async () => {
    for (let event = events[next++]; event; event = events[next++]) {
      const all = headers();
      all.set('traceparent', event.traceparent);
      await client.publish(event.subject, event.payload, { msgID: event.id, headers: all });
    }
  };
  await Promise.all(Array.from({ length: SETTINGS.maxInFlight }, publishNext));
}

async function measure(request: PublishRequest): Promise<PublishAnswer> {
  const events = await readEvents(request);
  const connection = await connect({ servers: request.toUrl, noAsyncTraces: true });
  try {
    const startedAtMs = performance.now();
    const cpu = process.cpuUsage();
    await (request.with === 'publisher' ? throughPublisher : throughClient)(connection, events);
    const { user, system } = process.cpuUsage(cpu);
    const perS = Math.round((events.length / (performance.now() - startedAtMs)) * 1_000);
    return { perS, cpuUs: Math.round((user + system) / events.length) };
  } finally {
    await connection.close();
  }
}

process.on('message', (request: PublishRequest) => {
  void measure(request).then((answer) => process.send!(answer));
});
process.on('disconnect', () => process.exit(0));
