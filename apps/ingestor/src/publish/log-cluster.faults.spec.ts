import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import { LOG_STREAM } from '@discord-relay/contracts';
import { freePort, startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger } from '@discord-relay/platform';
import { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { readLog } from '../testing/log-reader.js';
import { forwardConnectionStatus } from '../testing/forward-connection-status.js';
import { LogPublisher } from './log-publisher.js';
import { outgoing } from '../testing/outgoing.js';
import { ensureLogStream } from './log-stream.js';

const NODES = 3;
const EVENTS = 900;
const STEP_DOWN_EVERY = 150;

async function startCluster(): Promise<TestNats[]> {
  const ports = await Promise.all(Array.from({ length: NODES }, freePort));
  const routes = ports.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
  const configOf = (port: number, i: number) =>
    `server_name: "node-${i}"\ncluster { name: "spec", listen: "127.0.0.1:${port}", routes: [${routes}] }\n`;
  return await Promise.all(ports.map((port, i) => startNatsServer({ config: configOf(port, i) })));
}

describe('order of a replicated log', () => {
  let nodes: TestNats[];
  let connection: NatsConnection;
  let created: string;

  beforeAll(async () => {
    nodes = await startCluster();
    const servers = nodes.map(({ url }) => url);
    connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    ({ created } = await until('the cluster to have a leader', 30_000, () =>
      ensureLogStream(connection, { dedupWindowMs: 60_000, replicas: NODES }),
    ));
  }, 60_000);
  afterAll(async () => {
    await connection.close();
    await Promise.all(nodes.map((each) => each.stop()));
  });

  it('the order of a replicated log stays that of publishing while the leader changes and a node dies', async () => {
    const settings = { maxInFlight: 64, maxInFlightBytes: 1_000_000, ackWaitMs: 1_000 };
    const all = { ...settings, dedupWindowMs: 60_000, newestSequence: 0, created };
    const logger = createLogger('ingestor', 'spec', 'silent');
    const publisher = new LogPublisher(connection, all, new IngestorMetrics(new Registry()), logger);
    forwardConnectionStatus(connection, publisher);
    const ids = Array.from({ length: EVENTS }, (_, i) => `e${i}`);
    for (const [i, id] of ids.entries()) {
      publisher.publish(outgoing(id));
      if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 5));
      if (i % STEP_DOWN_EVERY === STEP_DOWN_EVERY - 1) stepDown(connection);
      if (i === EVENTS / 2) await nodes[0]!.kill('SIGKILL');
      if (i === EVENTS - 50) await nodes[0]!.restart();
    }
    await publisher.whenAtMost(0);
    publisher.stop();
    const logged = await until('the log to be read', 30_000, () => readLog(connection));
    expect(logged.map(({ messageId }) => messageId)).toEqual(ids);
  }, 120_000);
});

/** Makes the leader hand over to another node. */
const stepDown = (connection: NatsConnection): void =>
  connection.publish(`$JS.API.STREAM.LEADER.STEPDOWN.${LOG_STREAM}`);
