// One guild on a local Discord, a log, and an ingestor whose session can be lost: for tests of backfill.
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import type { AppError, GapOpened, RelayEvent, Snowflake } from '@discord-relay/contracts';
import { startSimulator, type Simulator, type SimulatorOptions } from '@discord-relay/discord-simulator';
import { startNatsServer, until, type TestNats } from '@discord-relay/local-stack';
import { createLogger, HealthRegistry, NatsLink } from '@discord-relay/platform';
import { loadIngestorConfig } from '../../../apps/ingestor/src/config.js';
import { Ingestor } from '../../../apps/ingestor/src/run/ingestor.js';
import { IngestorMetrics } from '../../../apps/ingestor/src/metrics/ingestor-metrics.js';
import { readLog } from '../../../apps/ingestor/src/testing/log-reader.js';
import { freeIdentifyLock } from './identify-lock.js';

type EventOf<T extends RelayEvent['type']> = Extract<RelayEvent, { type: T }>;

const LONG_MS = 40_000;
const INTENTS = 'Guilds,GuildMessages,MessageContent,GuildMessageReactions';

export interface RunningIngestor {
  ingestor: Ingestor;
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

export class BackfillWorld {
  private readonly cleanUp: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly nats: TestNats,
    readonly connection: NatsConnection,
    readonly sim: Simulator,
  ) {}

  static async start(options: Partial<SimulatorOptions> = {}): Promise<BackfillWorld> {
    const nats = await startNatsServer();
    const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    const sim = await startSimulator({
      guilds: 1,
      historyPerChannel: 0,
      invalidSessionDelayMs: 0,
      ...options,
    });
    const world = new BackfillWorld(nats, connection, sim);
    world.cleanUp.push(
      () => nats.stop(),
      () => connection.close(),
      () => sim.close(),
    );
    return world;
  }

  async close(): Promise<void> {
    for (const each of this.cleanUp.reverse()) await each();
  }

  startIngestor(
    more: Record<string, string> = {},
    onRefused: (error: AppError) => void = () => undefined,
  ): RunningIngestor {
    const config = loadIngestorConfig({
      NATS_URL: this.nats.url,
      DISCORD_API_URL: `${this.sim.url}/api`,
      BACKFILL_REQUESTS_PER_S: '50',
      DISCORD_INTENTS: INTENTS,
      ...more,
    });
    const logger = createLogger('ingestor', 'spec', process.env.SPEC_LOG_LEVEL ?? 'silent');
    const link = new NatsLink(config, 'spec', new HealthRegistry('ingestor', 'spec', '0'), logger);
    const registry = new Registry();
    const ingestor = new Ingestor(link, config, new IngestorMetrics(registry), logger, onRefused);
    const started = ingestor.start().catch((error: unknown) => error);
    let stopped: Promise<void> | undefined;
    const stop = () =>
      (stopped ??= (async () => {
        await ingestor.stop();
        await started;
        await link.drain();
      })());
    this.cleanUp.push(stop);
    return { ingestor, stop, metric: (name, labels) => metricOf(registry, name, labels) };
  }

  async connected({ ingestor }: RunningIngestor): Promise<void> {
    await until('the shards to be connected', LONG_MS, () => ingestor.discordCheck.ok || undefined);
  }

  async logged<T extends RelayEvent['type']>(type: T): Promise<EventOf<T>[]> {
    const events = (await readLog(this.connection)).map(({ event }) => event);
    return events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** The newest gap of a cause, once it is closed. */
  async closedGap(cause: GapOpened['cause'], withinMs = LONG_MS) {
    return until(`the gap after ${cause} to be closed`, withinMs, async () => {
      const opened = (await this.logged('gap.opened')).filter(({ data }) => data.cause === cause).at(-1);
      const closed = (await this.logged('gap.closed')).find(({ data }) => data.gapId === opened?.data.gapId);
      return opened && closed ? closed.data : undefined;
    });
  }

  get channels() {
    return [...this.sim.world.channels.values()].filter(({ type }) => type === 0);
  }

  get people() {
    return [...this.sim.world.users.values()].filter((user) => !user.bot);
  }

  speak(channelId: string, content: string): Snowflake {
    return this.sim.world.createMessage(channelId, { authorId: this.people[0]!.id, content }).id as Snowflake;
  }

  react(channelId: string, messageId: string, name = '👍'): void {
    const userId = this.people[1]!.id;
    this.sim.world.reactions.add({
      channelId,
      messageId,
      userId,
      emoji: { id: null, name, animated: false },
    });
  }

  /** Starts recording, then ends the session and changes the world while no ingestor runs. */
  async loseSession(change: () => void): Promise<void> {
    const first = this.startIngestor({ BACKFILL_LIMIT: '0' });
    await this.connected(first);
    await first.stop();
    await this.identifyWindowPasses();
    this.sim.faults.expireSessions();
    change();
  }

  /** {@link freeIdentifyLock} */
  async identifyWindowPasses(): Promise<void> {
    await freeIdentifyLock(this.connection);
  }

  async recordedIds(): Promise<string[]> {
    return (await this.logged('message.created')).map(({ data }) => data.id).sort();
  }

  /** Every message that Discord has, in channels and threads. */
  get discordIds(): string[] {
    const places = [
      ...this.sim.world.channels.keys(),
      ...[...this.sim.world.threads.all()].map(({ id }) => id),
    ];
    return places.flatMap((id) => [...this.sim.world.history(id).all()].map((message) => message.id)).sort();
  }
}

async function metricOf(registry: Registry, name: string, labels: Record<string, string> = {}) {
  const metric = await registry.getSingleMetric(`relay_ingestor_${name}`)!.get();
  return metric.values
    .filter(({ labels: has }) => Object.entries(labels).every(([key, value]) => has[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
