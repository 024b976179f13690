import { setTimeout as sleep } from 'node:timers/promises';
import { type AppError, isEphemeral, type RelayEvent } from '@discord-relay/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { instanceName, type CheckResult, type Logger, type NatsLink } from '@discord-relay/platform';
import { Backfill } from './backfill/backfill.js';
import type { IngestorConfig } from './config.js';
import { neededIntents } from './discord/intents.js';
import { LeaseTable, newOwner } from './discord/lease-table.js';
import { SessionStore } from './discord/session-store.js';
import { ShardKeeper } from './discord/shard-keeper.js';
import { DispatchRecorder } from './dispatch-recorder.js';
import type { IngestorMetrics } from './metrics.js';
import type { OptionalKind } from './normalize/normalize-result.js';
import { LogPublisher } from './publish/log-publisher.js';
import { EphemeralSender } from './publish/ephemeral-sender.js';
import { ensureEphemeralStream } from './publish/ephemeral-stream.js';
import { ensureLogStream, type LogStream } from './publish/log-stream.js';
import { Outbox, SPOOL_STATES } from './publish/outbox.js';
import type { OutgoingEvent } from './publish/outgoing-event.js';
import { DiskSpool } from './publish/spool/disk-spool.js';
import { retryForever } from './retry-forever.js';

/** The part of a stop that may go into waiting for acknowledgements; the rest is for closing. */
const DRAIN_SHARE = 1 / 4;

interface Parts {
  stream: LogStream;
  sessions: SessionStore;
  outbox: Outbox;
  keeper: ShardKeeper;
  backfill: Backfill;
}

/** From Discord's gateway into the log. Plain wiring: it runs without Nest as well. */
export class Ingestor {
  private readonly stopping = new AbortController();
  private parts: Parts | undefined;
  /** Unlike every other process, also one of the same name: leases and sessions say who wrote them. */
  private readonly owner: string;

  constructor(
    private readonly link: Pick<NatsLink, 'connection' | 'connected' | 'onReconnect' | 'onDisconnect'>,
    private readonly config: IngestorConfig,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
    private readonly onRefused: (error: AppError) => void,
  ) {
    this.owner = newOwner(instanceName(config.INSTANCE_ID));
  }

  /**
   * Resolves when every shard has been connected or has failed once; waits as long as NATS or Discord are away.
   * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
   */
  async start(): Promise<void> {
    const connection = await this.link.connection;
    const retry = { signal: this.stopping.signal, logger: this.logger };
    const { config, logger } = this;
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
    if (config.RECORD_PRESENCE || config.RECORD_TYPING)
      await retryForever('opening the ephemeral stream', () => ensureEphemeralStream(connection), retry);
    const sessions = await retryForever(
      'opening the session store',
      () => SessionStore.open(connection, config.STREAM_REPLICAS, this.owner, logger),
      retry,
    );
    const leases = await retryForever(
      'opening the leases',
      () => LeaseTable.open(connection, config.STREAM_REPLICAS, this.owner, logger),
      retry,
    );
    this.stopping.signal.throwIfAborted();
    const outbox = await this.openOutbox(connection, stream);
    const backfill = await retryForever(
      'opening the store of gaps',
      () =>
        Backfill.open(connection, outbox, backfillSettings(config, stream), this.metrics.backfill, logger),
      retry,
    );
    const ephemeral = new EphemeralSender(connection, () => this.link.connected, this.metrics, logger);
    const keeper = this.keepShards(leases, stream, sessions, { outbox, ephemeral, backfill });
    this.parts = { stream, sessions, outbox, keeper, backfill };
    backfill.start();
    await retryForever('comparing the spool with the log', () => outbox.open(connection), retry);
    await keeper.start();
  }

  /** Hands the gateway sessions over, publishes what has arrived and stores how far that is. */
  async stop(): Promise<void> {
    this.stopping.abort();
    if (!this.parts) return;
    const { keeper, outbox, sessions, backfill } = this.parts;
    await keeper.close();
    await backfill.stop();
    const limitMs = this.config.DRAIN_TIMEOUT_MS * DRAIN_SHARE;
    await Promise.race([outbox.whenEmpty(), sleep(limitMs, undefined, { ref: false })]);
    await outbox.stop();
    try {
      await sessions.flush();
    } catch (error) {
      this.logger.error({ err: error }, 'sessions not stored; Discord will repeat more than needed');
    }
    await keeper.release();
  }

  get discordCheck(): CheckResult {
    return this.parts?.keeper.check ?? { ok: false, detail: 'the log is not open yet' };
  }

  get logCheck(): CheckResult {
    if (!this.parts) return { ok: false, detail: 'stream not open' };
    const { failure } = this.parts.outbox;
    return failure === undefined ? { ok: true } : { ok: false, detail: failure };
  }

  /** Figures for the status report. */
  get status(): Record<string, unknown> {
    if (!this.parts) return { shards: [] };
    const { keeper, outbox, stream, sessions, backfill } = this.parts;
    const shards = keeper.conditions.map(([id, { state, failures }]) => {
      const session = sessions.shard(id).current;
      const acknowledgedSequence = session?.tracker.contiguous ?? null;
      return { id, state, failures, sessionId: session?.sessionId ?? null, acknowledgedSequence };
    });
    const { length: queueLength, inFlight, spoolState: spool, spoolBytes } = outbox;
    return {
      shards,
      replicas: keeper.replicas,
      queueLength,
      inFlight,
      spool,
      spoolBytes,
      backfill: backfill.report,
      stream: stream.name,
      partitions: stream.partitions,
    };
  }

  private async openOutbox(connection: NatsConnection, stream: LogStream): Promise<Outbox> {
    const { config, metrics, logger } = this;
    const onSynced = (seconds: number) => metrics.spoolSyncSeconds.observe(seconds);
    const spoolSettings = { segmentBytes: config.SPOOL_SEGMENT_BYTES, onSynced };
    const spool = config.SPOOL_DIR
      ? await DiskSpool.open({ dir: config.SPOOL_DIR, ...spoolSettings }, logger)
      : undefined;
    const publisher = new LogPublisher(connection, publisherSettings(config, stream), metrics, logger);
    const outbox = new Outbox(publisher, spool, outboxSettings(config), metrics, logger);
    outbox.onRefused(this.onRefused);
    metrics.watchQueue(outbox);
    metrics.watchSpool(outbox, SPOOL_STATES);
    this.link.onDisconnect(() => publisher.disconnected());
    this.link.onReconnect(() => publisher.reconnected());
    if (!this.link.connected) publisher.disconnected();
    return outbox;
  }

  private keepShards(
    leases: LeaseTable,
    stream: LogStream,
    sessions: SessionStore,
    { outbox, ephemeral, backfill }: Pick<Parts, 'outbox' | 'backfill'> & { ephemeral: EphemeralSender },
  ): ShardKeeper {
    const { config, metrics, logger } = this;
    const pass = (event: RelayEvent) => backfill.pass(event);
    const optional = optionalKinds(config);
    const standing = (shardId: number) => keeper.standing(shardId);
    const guildIds = config.DISCORD_GUILD_ID;
    const recording = { partitions: stream.partitions, guildIds, optional, pass, standing };
    const publish = (event: OutgoingEvent) => (isEphemeral(event.type) ? ephemeral : outbox).publish(event);
    const recorder = new DispatchRecorder(sessions, { publish }, recording, metrics, logger);
    const keeper: ShardKeeper = new ShardKeeper(
      keeperSettings(config),
      leases,
      sessions,
      {
        onDispatch: (shardId, dispatch) => {
          recorder.record(shardId, dispatch);
          const { current } = sessions.shard(shardId);
          if (current)
            backfill.observe(shardId, { ...current, hold: () => hold(sessions, shardId) }, dispatch);
          if (outbox.isFull) keeper.holdOff();
        },
        onSessionBegun: (shardId, begun, lost) => {
          backfill.begin(shardId, begun, lost, hold(sessions, shardId));
        },
        onReleased: (shardId) => {
          metrics.countGivenUp(sessions.shard(shardId).rolls.forget('handed_over'));
          backfill.release(shardId);
        },
        onRefused: this.onRefused,
        whenRoom: () => outbox.whenRoom(),
      },
      metrics,
      logger,
    );
    outbox.onPressure((pressed) => keeper.setReading(!pressed));
    return keeper;
  }
}

/** Keeps a shard's session out of the store until what is returned is called. */
function hold(sessions: SessionStore, shardId: number): () => void {
  const release = sessions.shard(shardId).hold();
  return () => {
    release();
    sessions.touch(shardId);
  };
}

const HOUR_MS = 3_600_000;

function optionalKinds(config: IngestorConfig): ReadonlySet<OptionalKind> {
  const kinds = new Set<OptionalKind>();
  if (config.RECORD_PRESENCE) kinds.add('presence');
  if (config.RECORD_TYPING) kinds.add('typing');
  if (config.RECORD_UNKNOWN) kinds.add('unknown');
  return kinds;
}

const backfillSettings = (config: IngestorConfig, { partitions }: LogStream) => ({
  token: config.DISCORD_TOKEN,
  apiUrl: config.DISCORD_API_URL,
  requestsPerSecond: config.BACKFILL_REQUESTS_PER_S,
  limits: {
    importMessages: config.BACKFILL_LIMIT,
    compareMessages: config.BACKFILL_COMPARE_MESSAGES,
    horizonMs: config.BACKFILL_HORIZON_HOURS * HOUR_MS,
  },
  partitions,
  replicas: config.STREAM_REPLICAS,
  guildIds: config.DISCORD_GUILD_ID,
});

const keeperSettings = (config: IngestorConfig) => ({
  token: config.DISCORD_TOKEN,
  apiUrl: config.DISCORD_API_URL,
  shards: config.SHARDS,
  intents: neededIntents(config.DISCORD_INTENTS, config),
  listsMembers: config.RECORD_MEMBERS,
  guildIds: config.DISCORD_GUILD_ID && new Set(config.DISCORD_GUILD_ID),
  identifyReserve: config.IDENTIFY_RESERVE,
  ttlMs: config.LEASE_TTL_MS,
  renewMs: config.LEASE_RENEW_MS,
  watchdogMinSilenceMs: config.WATCHDOG_MIN_SILENCE_MS,
});

const publisherSettings = (config: IngestorConfig, { dedupWindowMs, newestSequence }: LogStream) => ({
  dedupWindowMs,
  newestSequence,
  maxInFlight: config.PUBLISH_MAX_IN_FLIGHT,
  maxInFlightBytes: config.PUBLISH_MAX_IN_FLIGHT_BYTES,
  ackWaitMs: config.PUBLISH_ACK_WAIT_MS,
});

/** With a disk to go to, memory holds little more than what may be under way. */
const outboxSettings = (config: IngestorConfig) => ({
  queueMax: config.SPOOL_DIR
    ? Math.min(config.PUBLISH_QUEUE_MAX, config.PUBLISH_MAX_IN_FLIGHT * 4)
    : config.PUBLISH_QUEUE_MAX,
  queueMaxBytes: config.PUBLISH_MAX_IN_FLIGHT_BYTES * 2,
  spoolMaxBytes: config.SPOOL_MAX_BYTES,
});
