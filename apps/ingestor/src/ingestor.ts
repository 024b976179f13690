import { setTimeout as sleep } from 'node:timers/promises';
import type { AppError } from '@discord-relay/contracts';
import type { CheckResult, Logger, NatsLink } from '@discord-relay/platform';
import type { IngestorConfig } from './config.js';
import { DiscordGateway } from './discord/discord-gateway.js';
import { SessionStore } from './discord/session-store.js';
import { DispatchRecorder } from './dispatch-recorder.js';
import type { IngestorMetrics } from './metrics.js';
import { LogPublisher } from './publish/log-publisher.js';
import { ensureLogStream, type LogStream } from './publish/log-stream.js';
import { retryForever } from './retry-forever.js';

/** The part of a stop that may go into waiting for acknowledgements; the rest is for closing. */
const DRAIN_SHARE = 1 / 4;

interface Parts {
  stream: LogStream;
  sessions: SessionStore;
  publisher: LogPublisher;
  gateway: DiscordGateway;
}

/** From Discord's gateway into the log. Plain wiring: it runs without Nest as well. */
export class Ingestor {
  private readonly stopping = new AbortController();
  private parts: Parts | undefined;

  constructor(
    private readonly link: Pick<NatsLink, 'connection' | 'onReconnect'>,
    private readonly config: IngestorConfig,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
    private readonly onRefused: (error: AppError) => void,
  ) {}

  /**
   * Resolves when every shard has been connected or has failed once; waits as long as NATS or Discord are away.
   * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
   */
  async start(): Promise<void> {
    const connection = await this.link.connection;
    const retry = { signal: this.stopping.signal, logger: this.logger };
    const { config, metrics, logger } = this;
    const stream = await retryForever(
      'opening the log',
      () =>
        ensureLogStream(connection, {
          partitions: config.PARTITIONS,
          dedupWindowMs: config.DEDUP_WINDOW_MS,
          replicas: config.STREAM_REPLICAS,
        }),
      retry,
    );
    const sessions = await retryForever(
      'opening the session store',
      () => SessionStore.open(connection, config.STREAM_REPLICAS, logger),
      retry,
    );
    this.stopping.signal.throwIfAborted();
    const publisher = new LogPublisher(connection, publisherSettings(config), metrics, logger);
    metrics.watchQueue(publisher);
    this.link.onReconnect(() => publisher.resend());
    const gateway = this.connectGateway(stream, sessions, publisher);
    this.parts = { stream, sessions, publisher, gateway };
    await gateway.open();
  }

  /** Hands the gateway sessions over, publishes what has arrived and stores how far that is. */
  async stop(): Promise<void> {
    this.stopping.abort();
    if (!this.parts) return;
    const { gateway, publisher, sessions } = this.parts;
    await gateway.close();
    const limitMs = this.config.DRAIN_TIMEOUT_MS * DRAIN_SHARE;
    await Promise.race([publisher.whenAtMost(0), sleep(limitMs, undefined, { ref: false })]);
    publisher.stop();
    try {
      await sessions.flush();
    } catch (error) {
      this.logger.error({ err: error }, 'sessions not stored; Discord will repeat more than needed');
    }
  }

  get discordCheck(): CheckResult {
    const conditions = this.parts?.gateway.conditions ?? [];
    const waiting = conditions.filter(([, { state }]) => state !== 'CONNECTED');
    if (conditions.length > 0 && waiting.length === 0) return { ok: true };
    const detail = waiting.map(([shardId, { state }]) => `shard ${shardId} ${state}`).join(', ');
    return { ok: false, detail: detail || 'not asked yet: check DISCORD_API_URL if this stays' };
  }

  get logCheck(): CheckResult {
    if (!this.parts) return { ok: false, detail: 'stream not open' };
    const { failure } = this.parts.publisher;
    return failure === undefined ? { ok: true } : { ok: false, detail: failure };
  }

  /** Figures for the status report. */
  get status(): Record<string, unknown> {
    if (!this.parts) return { shards: [] };
    const { gateway, publisher, stream, sessions } = this.parts;
    const shards = gateway.conditions.map(([id, { state, failures }]) => {
      const session = sessions.shard(id).current;
      const acknowledgedSequence = session?.tracker.contiguous ?? null;
      return { id, state, failures, sessionId: session?.sessionId ?? null, acknowledgedSequence };
    });
    const { length: queueLength, inFlight } = publisher;
    return { shards, queueLength, inFlight, stream: stream.name, partitions: stream.partitions };
  }

  private connectGateway(stream: LogStream, sessions: SessionStore, publisher: LogPublisher): DiscordGateway {
    const { config, metrics, logger } = this;
    const recording = { partitions: stream.partitions, guildIds: config.DISCORD_GUILD_ID };
    const recorder = new DispatchRecorder(sessions, publisher, recording, metrics, logger);
    const queueMax = config.PUBLISH_QUEUE_MAX;
    const settings = { token: config.DISCORD_TOKEN, apiUrl: config.DISCORD_API_URL, shards: config.SHARDS };
    const gateway: DiscordGateway = new DiscordGateway(
      settings,
      sessions,
      {
        onDispatch: (shardId, dispatch) => {
          recorder.record(shardId, dispatch);
          if (publisher.length >= queueMax) gateway.holdOff();
        },
        onRefused: this.onRefused,
        whenRoom: () => publisher.whenAtMost(Math.floor(queueMax / 2)),
      },
      metrics,
      logger,
    );
    return gateway;
  }
}

const publisherSettings = (config: IngestorConfig) => ({
  maxInFlight: config.PUBLISH_MAX_IN_FLIGHT,
  maxInFlightBytes: config.PUBLISH_MAX_IN_FLIGHT_BYTES,
  ackWaitMs: config.PUBLISH_ACK_WAIT_MS,
});
