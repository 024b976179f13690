import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstreamManager } from '@nats-io/jetstream';
import { Registry } from 'prom-client';
import { LOG_STREAM } from '@discord-relay/contracts';
import { startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { readLog } from '../testing/log-reader.js';
import { forwardConnectionStatus } from '../testing/forward-connection-status.js';
import { LogPublisher, type PublisherSettings } from './log-publisher.js';
import { outgoing, TRACEPARENT } from '../testing/outgoing.js';
import type { OutgoingEvent } from './outgoing-event.js';
import { ensureLogStream } from './log-stream.js';

const SUBJECT = 'discord.0.1.2.message.created';

describe('LogPublisher', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let created: string;
  let metrics: IngestorMetrics;
  let publisher: LogPublisher;
  let settled: string[];

  beforeEach(async () => {
    nats = await startNatsServer();
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    ({ created } = await ensureLogStream(connection, { dedupWindowMs: 60_000, replicas: 1 }));
    settled = [];
    publisher = newPublisher();
  });
  afterEach(async () => {
    publisher.stop();
    await connection.close();
    await nats.stop();
  });

  function newPublisher(settings: Partial<PublisherSettings> = {}): LogPublisher {
    metrics = new IngestorMetrics(new Registry());
    const limits = { maxInFlight: 64, maxInFlightBytes: 1_000_000, ackWaitMs: 300 };
    const all = { ...limits, dedupWindowMs: 60_000, newestSequence: 0, created, ...settings };
    return new LogPublisher(connection, all, metrics, createLogger('ingestor', 'spec', 'silent'));
  }

  const eventOf = (id: string, payload?: Uint8Array): OutgoingEvent =>
    outgoing(id, {
      type: 'message.created',
      subject: SUBJECT,
      queuedAtMs: Date.now(),
      settled: () => void settled.push(id),
      ...(payload && { payload }),
    });

  /** Events published in one turn of the event loop are sent at its end. */
  const thisTurn = () => new Promise((resolve) => setImmediate(resolve));
  const ids = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `e${from + i}`);
  const publishAll = (all: string[]) => all.forEach((id) => publisher.publish(eventOf(id)));
  const loggedIds = async () => (await readLog(connection)).map((each) => each.messageId);
  const countOf = async (counter: { get(): Promise<{ values: { value: number }[] }> }) =>
    (await counter.get()).values.reduce((sum, { value }) => sum + value, 0);

  it('LogPublisher publishes events in order with id, content type and trace', async () => {
    publishAll(ids(500));
    await publisher.whenAtMost(0);
    expect(settled).toHaveLength(500);
    expect(await loggedIds()).toEqual(ids(500));
    expect((await readLog(connection))[0]).toMatchObject({
      subject: SUBJECT,
      contentType: 'application/cloudevents+json',
      traceparent: TRACEPARENT,
    });
  });

  it('LogPublisher settles and counts an event that the log already has, which stores it once', async () => {
    publishAll(['a', 'b', 'a']);
    await publisher.whenAtMost(0);
    publishAll(['a', 'b']);
    await publisher.whenAtMost(0);
    expect(settled).toEqual(['a', 'b', 'a', 'a', 'b']);
    expect(await loggedIds()).toEqual(['a', 'b']);
    expect(await countOf(metrics.duplicates)).toBe(2);
  });

  it('LogPublisher omits, unsettled, what another replica owns, and keeps what is uncertain until it is certain', async () => {
    let leaseStatus: 'held' | 'uncertain' = 'uncertain';
    const abandoned: string[] = [];
    publisher.publish({
      ...eventOf('lost'),
      leaseStatus: () => 'lost',
      abandoned: () => void abandoned.push('lost'),
    });
    publisher.publish({ ...eventOf('a'), leaseStatus: () => leaseStatus });
    publisher.publish({ ...eventOf('b'), leaseStatus: () => leaseStatus });
    await until('the report of the wait', 5_000, () => publisher.failure);
    expect(await loggedIds()).toEqual([]);
    leaseStatus = 'held';
    await publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(['a', 'b']);
    expect(settled).toEqual(['a', 'b']);
    expect(abandoned).toEqual(['lost']);
    expect(await countOf(metrics.abandoned)).toBe(1);
  });

  it('LogPublisher sends everything once and in order through a server that is killed and comes back', async () => {
    forwardConnectionStatus(connection, publisher);
    publishAll(ids(300));
    await publisher.whenAtMost(150);
    await nats.kill('SIGKILL');
    publishAll(ids(300, 300));
    await until('a failure to be noticed', 5_000, () => publisher.failure);
    await nats.restart();
    await publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(ids(600));
    expect(await countOf(metrics.retries)).toBeGreaterThan(0);
    expect(publisher.failure).toBeUndefined();
  });

  it('LogPublisher sends again if a server hangs longer than the acknowledgement timeout', async () => {
    publishAll(ids(10));
    await publisher.whenAtMost(0);
    await nats.kill('SIGSTOP');
    publishAll(ids(50, 10));
    await until('a failure to be noticed', 5_000, () => publisher.failure);
    await nats.kill('SIGCONT');
    await publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(ids(60));
  });

  it('LogPublisher omits an event that is larger than the server accepts, and continues', async () => {
    publisher.publish(eventOf('a'));
    publisher.publish(eventOf('huge', Buffer.alloc(connection.info!.max_payload)));
    publisher.publish(eventOf('b'));
    await publisher.whenAtMost(0);
    expect(settled.sort()).toEqual(['a', 'b', 'huge']);
    expect(await loggedIds()).toEqual(['a', 'b']);
    expect(await countOf(metrics.tooLarge)).toBe(1);
  });

  it('LogPublisher omits an event that is larger than the stream accepts', async () => {
    const manager = await jetstreamManager(connection);
    const { config } = await manager.streams.info(LOG_STREAM);
    await manager.streams.update(LOG_STREAM, { ...config, max_msg_size: 1_000 });
    publisher.publish(eventOf('large', Buffer.alloc(2_000)));
    publisher.publish(eventOf('a'));
    await publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(['a']);
  });

  it('LogPublisher keeps no more events in flight than allowed, in number and in bytes', async () => {
    publisher = newPublisher({ maxInFlight: 5 });
    publishAll(ids(20));
    await thisTurn();
    expect(publisher.inFlight).toBe(5);
    await publisher.whenAtMost(0);
    publisher = newPublisher({ maxInFlightBytes: 100 });
    for (const id of ids(20, 20)) publisher.publish(eventOf(id, Buffer.alloc(40)));
    await thisTurn();
    expect(publisher.inFlight).toBe(2);
    await publisher.whenAtMost(0);
    expect(publisher.length).toBe(0);
  });

  it('LogPublisher sends nothing again and settles nothing once it is stopped', async () => {
    await nats.kill('SIGSTOP');
    let sent = 0;
    // One after another: the server may accept some before the signal reaches it.
    await until('a failure to be noticed', 5_000, () => {
      publisher.publish(eventOf(`e${sent++}`));
      return publisher.failure;
    });
    publisher.stop();
    await nats.kill('SIGCONT');
    publisher.reconnected();
    publisher.publish(eventOf('late'));
    await connection.flush();
    const logged = await loggedIds();
    expect(logged).toEqual(ids(logged.length));
    expect(logged).toEqual(expect.arrayContaining(settled));
  });
});
