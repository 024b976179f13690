import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import { LOG_STREAM } from '@discord-relay/contracts';
import { startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { readLog } from '../testing/log-reader.js';
import { startTcpProxy, type TcpProxy } from '../testing/tcp-proxy.js';
import { forwardConnectionStatus } from '../testing/forward-connection-status.js';
import { LogPublisher, type PublisherSettings } from './log-publisher.js';
import { outgoing } from '../testing/outgoing.js';
import { ensureLogStream } from './log-stream.js';

const ROUNDS = 12;
const SETTINGS = { maxInFlight: 64, maxInFlightBytes: 1_000_000, ackWaitMs: 300 };

describe('order of the log', () => {
  let nats: TestNats;
  let road: TcpProxy;
  /** The connection through the proxy; specs read the log by `reader`, which is not disturbed. */
  let connection: NatsConnection;
  let reader: NatsConnection;
  let created: string;
  let publishers: LogPublisher[];

  beforeEach(async () => {
    nats = await startNatsServer();
    road = await startTcpProxy(nats.port);
    const options = { maxReconnectAttempts: -1, reconnectTimeWait: 20, timeout: 1_000 };
    connection = await connect({ ...options, servers: `127.0.0.1:${road.port}` });
    reader = await connect({ ...options, servers: nats.url });
    ({ created } = await ensureLogStream(reader, { dedupWindowMs: 60_000, replicas: 1 }));
    publishers = [];
  });
  afterEach(async () => {
    for (const each of publishers) each.stop();
    await connection.close();
    await reader.close();
    await road.close();
    await nats.stop();
  });

  function newPublisher(settings: Partial<PublisherSettings> = {}): LogPublisher {
    const all = { ...SETTINGS, dedupWindowMs: 60_000, newestSequence: 0, created, ...settings };
    const logger = createLogger('ingestor', 'spec', 'silent');
    const publisher = new LogPublisher(connection, all, new IngestorMetrics(new Registry()), logger);
    publishers.push(publisher);
    forwardConnectionStatus(connection, publisher);
    return publisher;
  }

  const loggedIds = async () => (await readLog(reader)).map((each) => each.messageId);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const setMaxBytes = async (maxBytes: number) => {
    const manager = await jetstreamManager(reader);
    const { config } = await manager.streams.info(LOG_STREAM);
    await manager.streams.update(LOG_STREAM, { ...config, max_bytes: maxBytes });
  };

  it('the log keeps the order of events published before, during and after a slow handshake', async () => {
    const publisher = newPublisher();
    const sent: string[] = [];
    const say = (id: string) => {
      sent.push(id);
      publisher.publish(outgoing(id));
    };
    for (let round = 0; round < ROUNDS; round++) {
      say(`${round}:role given`);
      if (round % 2 === 0) await pause(5);
      await nats.kill('SIGSTOP');
      say(`${round}:said with the role`);
      await pause(10);
      road.cut();
      say(`${round}:role taken`);
      // The system accepts the new connection, but the server does not greet it.
      for (let i = 0; i < 10; i++) {
        await pause(10);
        say(`${round}:said without the role ${i}`);
      }
      await nats.kill('SIGCONT');
      say(`${round}:created`);
      if (round % 3 === 0) await publisher.whenAtMost(0);
      say(`${round}:deleted`);
    }
    await publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(sent);
  });

  it('the publisher sends nothing on a connection that is down, reports a long outage, and continues', async () => {
    const publisher = newPublisher();
    const failures: (string | undefined)[] = [];
    publisher.onFailure(() => failures.push(publisher.failure));
    await nats.kill('SIGSTOP');
    road.cut();
    await until('the publisher to pause', 5_000, () => (connection.info === undefined ? true : undefined));
    publisher.publish(outgoing('a'));
    await until('the report of the failure', 5_000, () => (failures.length > 0 ? true : undefined));
    expect(failures).toEqual(['nats is disconnected']);
    expect(publisher.inFlight).toBe(0);
    await nats.kill('SIGCONT');
    await publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual(['a']);
    expect(publisher.failure).toBeUndefined();
  });

  it('the log has nothing after an event that did not fit until that one fits', async () => {
    await setMaxBytes(20_000);
    const publisher = newPublisher();
    const ids = ['a', 'b', 'large', 'c', 'd'];
    const fill = (id: string) =>
      Buffer.from(JSON.stringify({ fill: 'x'.repeat(id === 'large' ? 30_000 : 9) }));
    for (const id of ids) publisher.publish(outgoing(id, { payload: fill(id) }));
    await until('the report of the refusal', 5_000, () => publisher.failure?.includes('bytes') || undefined);
    publisher.publish(outgoing('e'));
    await pause(500);
    expect(await loggedIds()).toEqual(['a', 'b']);
    await setMaxBytes(-1);
    await publisher.whenAtMost(0);
    expect(await loggedIds()).toEqual([...ids, 'e']);
  });

  it('the log has the events of several publishers in their order while the server hangs and dies', async () => {
    const all = [newPublisher(), newPublisher({ maxInFlight: 7 }), newPublisher()];
    const due = all.map((_, p) => Array.from({ length: 300 }, (__, i) => `${p}:${i}`));
    for (let i = 0; i < 300; i++) {
      all.forEach((publisher, p) => publisher.publish(outgoing(due[p]![i]!)));
      if (i % 10 === 0) await pause(2);
      if (i === 60) await nats.kill('SIGSTOP');
      if (i === 120) road.cut();
      if (i === 140) await nats.kill('SIGCONT');
      if (i === 220) await nats.kill('SIGKILL');
      if (i === 280) await nats.restart();
    }
    await Promise.all(all.map((each) => each.whenAtMost(0)));
    const logged = await loggedIds();
    due.forEach((ids, p) => expect(logged.filter((id) => id.startsWith(`${p}:`))).toEqual(ids));
  });

  it('repeated events are settled in order, also before new ones', async () => {
    const publisher = newPublisher();
    const ids = Array.from({ length: 20 }, (_, i) => `e${i}`);
    for (const id of ids) publisher.publish(outgoing(id));
    await publisher.whenAtMost(0);
    const settled: string[] = [];
    for (const id of [...ids, 'new 1', 'new 2'])
      publisher.publish({ ...outgoing(id), settled: () => settled.push(id) });
    await publisher.whenAtMost(0);
    expect(settled).toEqual([...ids, 'new 1', 'new 2']);
    expect(await loggedIds()).toEqual([...ids, 'new 1', 'new 2']);
  });
});
