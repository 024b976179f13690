import { jetstream } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM, type RelayEvent } from '@discord-relay/contracts';
import {
  DispatchRecorder,
  ensureLogStream,
  IngestorMetrics,
  LogPublisher,
  type OutgoingEvent,
  Outbox,
  SessionStore,
} from '@discord-relay/ingestor/without-discord';
import { createLogger, wallClockMs } from '@discord-relay/platform';
import { Registry } from 'prom-client';
import type { PublishAnswer, PublishRequest, Through } from './publish-alone.js';

/** The ingestor's default configuration. */
const SETTINGS = {
  dedupWindowMs: 120_000,
  maxInFlight: 1_024,
  maxInFlightBytes: 8_388_608,
  ackWaitMs: 5_000,
};
const QUEUE_MAX = SETTINGS.maxInFlight * 4;
const logger = createLogger('bench', 'publisher', 'silent');

type Logged = Pick<OutgoingEvent, 'id' | 'subject' | 'payload' | 'traceparent'>;
type Publishing = (connection: NatsConnection, events: readonly Logged[]) => Promise<() => Promise<void>>;

async function readEvents({ fromUrl, firstSequence, count }: PublishRequest): Promise<Logged[]> {
  const connection = await connect({ servers: fromUrl });
  const consumer = await jetstream(connection).consumers.get(LOG_STREAM, { opt_start_seq: firstSequence });
  const events: Logged[] = [];
  for await (const message of await consumer.fetch({ max_messages: count })) {
    const { subject, data: payload, headers: fields } = message;
    const [id, traceparent] = ['Nats-Msg-Id', 'traceparent'].map((key) => fields?.get(key) ?? '');
    if (subject.endsWith('.message.created'))
      events.push({ id: id!, subject, payload, traceparent: traceparent! });
  }
  await connection.close();
  return events;
}

async function newPublisher(connection: NatsConnection, metrics: IngestorMetrics): Promise<LogPublisher> {
  const { dedupWindowMs } = SETTINGS;
  const { newestSequence, created } = await ensureLogStream(connection, { dedupWindowMs, replicas: 1 });
  return new LogPublisher(connection, { ...SETTINGS, newestSequence, created }, metrics, logger);
}

/** The text of a dispatch as Discord would have sent it. */
function dispatchText({ payload }: Logged, index: number): string {
  const { data } = JSON.parse(Buffer.from(payload).toString('utf8')) as Extract<
    RelayEvent,
    { type: 'message.created' }
  >;
  const { id, channelId, guildId, author, content, createdAt } = data;
  const message = {
    id,
    channel_id: channelId,
    guild_id: guildId,
    author: { ...author, discriminator: '0', avatar: null },
    content,
    timestamp: createdAt,
    edited_timestamp: null,
    ...{ tts: false, mention_everyone: false, pinned: false, type: 0, flags: 0 },
    ...{ mentions: [], mention_roles: [], attachments: [], embeds: [], components: [] },
  };
  return JSON.stringify({ op: 0, t: 'MESSAGE_CREATE', s: index + 1, d: message });
}

/** Parses, normalizes, encodes, publishes and settles: everything the ingestor does except its connection. */
const throughIngestor: Publishing = async (connection, events) => {
  const texts = events.map(dispatchText);
  const metrics = new IngestorMetrics(new Registry());
  const publisher = await newPublisher(connection, metrics);
  const limits = { queueMax: QUEUE_MAX, queueMaxBytes: SETTINGS.maxInFlightBytes * 2, spoolMaxBytes: 0 };
  const outbox = new Outbox(publisher, undefined, limits, metrics, logger);
  const sessions = await SessionStore.open(connection, { replicas: 1 }, 'bench', logger);
  const start = { sessionId: 'bench', resumeUrl: 'ws://127.0.0.1', sequence: 0, shardCount: 1 };
  sessions.shard(0).start(start);
  const recorder = new DispatchRecorder(sessions, outbox, { partitions: 8 }, metrics, logger);
  return async () => {
    for (const text of texts) {
      if (outbox.length >= QUEUE_MAX / 2) await publisher.whenAtMost(QUEUE_MAX / 4);
      recorder.record(0, JSON.parse(text) as object);
    }
    await outbox.whenEmpty();
    await outbox.stop();
    await sessions.flush();
  };
};

const throughPublisher: Publishing = async (connection, events) => {
  const publisher = await newPublisher(connection, new IngestorMetrics(new Registry()));
  return async () => {
    for (const event of events) {
      if (publisher.length >= QUEUE_MAX / 2) await publisher.whenAtMost(QUEUE_MAX / 4);
      const { length: bytes } = event.payload;
      const settled = () => undefined;
      publisher.publish({ ...event, type: 'message.created', bytes, queuedAtMs: wallClockMs(), settled });
    }
    await publisher.whenAtMost(0);
    publisher.stop();
  };
};

const throughClient: Publishing = async (connection, events) => {
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
  return async () => void (await Promise.all(Array.from({ length: SETTINGS.maxInFlight }, publishNext)));
};

const WAYS: Record<Through, Publishing> = {
  ingestor: throughIngestor,
  publisher: throughPublisher,
  client: throughClient,
};

async function measure(request: PublishRequest): Promise<PublishAnswer> {
  const events = await readEvents(request);
  const connection = await connect({ servers: request.toUrl, noAsyncTraces: true });
  try {
    const publish = await WAYS[request.through](connection, events);
    const startedAtMs = performance.now();
    const cpu = process.cpuUsage();
    await publish();
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
