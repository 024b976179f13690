// The real discord.js packages against the local Discord, an ingestor in this process, and a real nats-server.
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import type { AppError } from '@discord-relay/contracts';
import { startSimulator, type Simulator, type SimulatorOptions } from '@discord-relay/discord-simulator';
import { startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import { loadIngestorConfig } from '../../../apps/ingestor/src/config.js';
import { Ingestor } from '../../../apps/ingestor/src/run/ingestor.js';
import { IngestorMetrics } from '../../../apps/ingestor/src/metrics/ingestor-metrics.js';
import { readLog } from '../../../apps/ingestor/src/testing/log-reader.js';

/** An ingestor in this process. */
export interface Running {
  ingestor: Ingestor;
  refusals: AppError[];
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

interface Servers {
  nats: TestNats;
  connection: NatsConnection;
  sim: Simulator;
}

type CleanUp = (() => Promise<unknown>)[];

/** Gives every test of the calling `describe` its own NATS server and local Discord. */
export function useIngestor() {
  const cleanUp: CleanUp = [];
  const harness = {} as Servers;
  async function startDiscord(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
    const started = await startSimulator({
      guilds: 2,
      historyPerChannel: 0,
      invalidSessionDelayMs: 0,
      ...options,
    });
    cleanUp.push(() => started.close());
    return started;
  }

  beforeEach(async () => {
    const nats = (harness.nats = await startNatsServer());
    cleanUp.push(() => nats.stop());
    const reconnect = { maxReconnectAttempts: -1, reconnectTimeWait: 50 };
    const connection = (harness.connection = await connect({ servers: nats.url, ...reconnect }));
    cleanUp.push(() => connection.close());
    harness.sim = await startDiscord();
  });
  afterEach(async () => {
    for (const each of cleanUp.splice(0).reverse()) await each();
  });
  return Object.assign(harness, {
    cleanUp,
    startDiscord,
    ...startersOf(harness, cleanUp),
    ...logOf(harness),
    ...speechOf(harness),
  });
}

/** Starts ingestors in this process. */
function startersOf(harness: Servers, cleanUp: CleanUp) {
  const envOf = (more: Record<string, string> = {}) => ({
    NATS_URL: harness.nats.url,
    DISCORD_API_URL: `${harness.sim.url}/api`,
    PUBLISH_ACK_WAIT_MS: '1000',
    // History has its own spec; here every event is live, in Discord's order.
    BACKFILL_LIMIT: '0',
    ...more,
  });

  function startIngestor(more: Record<string, string> = {}): Running {
    const config = loadIngestorConfig(envOf(more));
    const logger = createLogger('ingestor', 'spec', process.env.SPEC_LOG_LEVEL ?? 'silent');
    const link = new NatsLink(config, 'spec', new HealthRegistry('ingestor', 'spec', '0'), logger);
    const registry = new Registry();
    const refusals: AppError[] = [];
    const ingestor = new Ingestor(link, config, new IngestorMetrics(registry), logger, (error) =>
      refusals.push(error),
    );
    const started = ingestor.start().catch((error: unknown) => error);
    let stopped: Promise<void> | undefined;
    const stop = () =>
      (stopped ??= (async () => {
        await ingestor.stop();
        await started;
        await link.drain();
      })());
    cleanUp.push(stop);
    return { ingestor, refusals, stop, metric: (name, labels) => metricOf(registry, name, labels) };
  }

  return { envOf, startIngestor, connected, shardOf };
}

async function metricOf(
  registry: Registry,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const metric = await registry.getSingleMetric(`relay_ingestor_${name}`)!.get();
  return metric.values
    .filter(({ labels: has }) => Object.entries(labels).every(([key, value]) => has[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

const connected = (running: Running) =>
  until('the shards to be connected', 15_000, () => running.ingestor.discordCheck.ok || undefined);

const shardOf = (running: Running) =>
  (running.ingestor.status.shards as { failures: number; acknowledgedSequence: number }[])[0]!;

/** Compares the log with what the local Discord sent. */
function logOf(harness: Servers) {
  /** The ids of the log's message events, in the order of the log. */
  const messageIdsInLog = async () =>
    (await readLog(harness.connection))
      .map((each) => each.messageId)
      .filter((id) => id.startsWith('message.'));

  /** The messages of the local Discord's ledger, by the ids that the log should have. */
  const createdByLedger = () =>
    harness.sim.ledger
      .page(0, 1_000_000)
      .filter(({ origin, kind }) => origin === 'live' && kind === 'message.created')
      .map(({ messageId }) => `message.created:${messageId}`);

  /** Waits until the log has as many messages as the ledger, and checks that they are the same in order. */
  async function expectLogToMatchLedger(timeoutMs = 20_000): Promise<void> {
    const expected = createdByLedger();
    await until('the log to have every message', timeoutMs, async () =>
      (await messageIdsInLog()).length >= expected.length ? true : undefined,
    );
    expect(await messageIdsInLog()).toEqual(expected);
  }

  return { messageIdsInLog, expectLogToMatchLedger };
}

/** Writes messages in the local Discord. */
function speechOf(harness: Servers) {
  const firstChannel = () =>
    [...harness.sim.world.channels.values()].find((each) => harness.sim.world.takesMessages(each))!;
  const anyUser = () => [...harness.sim.world.users.values()].find((user) => !user.bot)!;
  const speak = (content: string) =>
    harness.sim.world.createMessage(firstChannel().id, { authorId: anyUser().id, content });
  const speakTimes = (count: number) => Array.from({ length: count }, (_, i) => speak(`m${i}`));

  return { firstChannel, speak, speakTimes };
}
