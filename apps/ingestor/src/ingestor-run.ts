import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, isEphemeral, type RelayEvent } from '@discord-relay/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { instanceName, type CheckResult, type Logger, type NatsLink } from '@discord-relay/platform';
import { Backfill } from './backfill/backfill.js';
import type { IngestorConfig } from './config.js';
import { LeaseTable, newOwner } from './discord/leases/lease-table.js';
import { SessionStore } from './discord/sessions/session-store.js';
import { ShardKeeper } from './discord/shard-keeper.js';
import { DispatchRecorder } from './record/dispatch-recorder.js';
import {
  backfillSettings,
  keeperSettings,
  optionalKinds,
  outboxSettings,
  publisherSettings,
} from './ingestor-settings.js';
import type { IngestorMetrics } from './metrics/metrics.js';
import { compareLog } from './nats/log-continuity.js';
import { LogPublisher } from './publish/log-publisher.js';
import { EphemeralSender } from './publish/ephemeral-sender.js';
import { ensureEphemeralStream } from './publish/ephemeral-stream.js';
import { ensureLogStream, type LogStream } from './publish/log-stream.js';
import { Outbox, SPOOL_STATES } from './publish/outbox.js';
import type { OutgoingEvent } from './publish/outgoing-event.js';
import { DiskSpool } from './publish/spool/disk-spool.js';
import { retryForever } from './support/retry-forever.js';
import { serverClock } from './support/server-clock.js';
import { StoreWatch } from './nats/store-watch.js';
import { storageOf } from './ingestor-settings.js';

/** The part of a stop that may go into waiting for acknowledgements; the rest is for closing. */
const DRAIN_SHARE = 1 / 4;

interface Parts {
  stream: LogStream;
  sessions: SessionStore;
  outbox: Outbox;
  keeper: ShardKeeper;
  backfill: Backfill;
  watch: StoreWatch;
}

/** The connection to NATS, with what is to be told of it. */
export type IngestorLink = Pick<NatsLink, 'connection' | 'connected' | 'onReconnect' | 'onDisconnect'>;

/** Who is told what ends a run. */
export interface RunListener {
  /** An operator has to act. */
  onRefused(error: AppError): void;
  /** NATS has not what it had: this run is over, the next one begins with what is there. */
  onStoreLost(reason: string): void;
}

/** From Discord's gateway into the log, for as long as NATS keeps what it has. Plain wiring. */
export class IngestorRun {
  private readonly stopping = new AbortController();
  private parts: Parts | undefined;
  /** ISO 8601: when Discord sent the last dispatch. */
  private lastEventAt: string | null = null;
  /** Unlike every other process and run, also one of the same name: leases and sessions say who wrote them. */
  private readonly owner: string;
  private readonly unsubscribes: (() => void)[] = [];

  constructor(
    private readonly link: IngestorLink,
    private readonly config: IngestorConfig,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
    private readonly listener: RunListener,
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
          maxBytes: config.LOG_MAX_BYTES,
        }),
      retry,
    );
    if (config.RECORD_PRESENCE || config.RECORD_TYPING)
      await retryForever('opening the ephemeral stream', () => ensureEphemeralStream(connection), retry);
    const sessions = await retryForever(
      'opening the session store',
      () => SessionStore.open(connection, storageOf(config), this.owner, logger),
      retry,
    );
    const leases = await retryForever(
      'opening the leases',
      () => LeaseTable.open(connection, storageOf(config), this.owner, logger),
      retry,
    );
    this.stopping.signal.throwIfAborted();
    const publisher = new LogPublisher(connection, publisherSettings(config, stream), this.metrics, logger);
    this.unsubscribes.push(() => publisher.stop());
    sessions.relyOn({
      position: () => publisher.position,
      compare: (before) => compareLog(connection, before),
    });
    const outbox = await this.openOutbox(publisher);
    const backfill = await retryForever(
      'opening the store of gaps',
      () =>
        Backfill.open(connection, outbox, backfillSettings(config, stream), this.metrics.backfill, logger),
      retry,
    );
    const ephemeral = new EphemeralSender(connection, () => this.link.connected, this.metrics, logger);
    const keeper = this.keepShards(leases, stream, sessions, { outbox, ephemeral, backfill });
    const watch = this.watchStores(connection, { publisher, sessions, leases });
    this.parts = { stream, sessions, outbox, keeper, backfill, watch };
    backfill.start();
    await retryForever('comparing the spool with the log', () => outbox.open(connection), retry);
    await keeper.start();
  }

  /** Hands the gateway sessions over, publishes what has arrived and stores how far that is. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const unsubscribe of this.unsubscribes) unsubscribe();
    if (!this.parts) return;
    const { keeper, outbox, sessions, backfill, watch } = this.parts;
    watch.stop();
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

  /** Ends without storing or publishing anything: what NATS has now is what the next run goes by. */
  async abandon(): Promise<void> {
    this.stopping.abort();
    for (const unsubscribe of this.unsubscribes) unsubscribe();
    if (!this.parts) return;
    const { keeper, outbox, sessions, backfill, watch } = this.parts;
    watch.stop();
    sessions.seal();
    await keeper.close();
    await backfill.stop();
    await outbox.stop();
    await keeper.release();
  }

  get discordCheck(): CheckResult {
    return this.parts?.keeper.check ?? { ok: false, detail: 'the log is not open yet' };
  }

  /** Gaps that do not close are no reason to stop recording: ready, with what somebody should look at. */
  get backfillCheck(): CheckResult {
    const problem = this.parts?.backfill.problem;
    return { ok: true, ...(problem && { problem }) };
  }

  /** @throws AppError REQUEST.NOT_FOUND when the shard has no session; undefined when it is another replica's shard */
  giveUpSession(shardId: number, by: string): { sessionId: string } | undefined {
    const keeper = this.parts?.keeper;
    if (!keeper?.conditions.some(([id]) => id === shardId)) return undefined;
    const sessionId = this.parts!.sessions.shard(shardId).current?.sessionId;
    if (sessionId === undefined || !keeper.giveUpSession(shardId, by))
      throw new AppError('REQUEST.NOT_FOUND', `shard ${shardId} has no session that could be given up`);
    return { sessionId };
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
      const sessionId = session?.sessionId ?? null;
      const acknowledgedSequence = session?.tracker.contiguous ?? null;
      const failedResumes = session?.failedResumes?.count ?? 0;
      return { id, state, failures, sessionId, acknowledgedSequence, failedResumes };
    });
    const { length: queueLength, inFlight, spoolState: spool, spoolBytes } = outbox;
    return {
      shards,
      unownedShards: keeper.unowned,
      lastEventAt: this.lastEventAt,
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

  private watchStores(
    connection: NatsConnection,
    { publisher, sessions, leases }: { publisher: LogPublisher; sessions: SessionStore; leases: LeaseTable },
  ): StoreWatch {
    const newest = () => publisher.newestSequence;
    const onLost = (reason: string) => this.listener.onStoreLost(reason);
    const watch = new StoreWatch(connection, newest, onLost, this.logger);
    const check = () => watch.check();
    sessions.whenRolledBack(check);
    leases.whenRolledBack(check);
    this.unsubscribes.push(this.link.onReconnect(check));
    return watch;
  }

  private async openOutbox(publisher: LogPublisher): Promise<Outbox> {
    const { config, metrics, logger } = this;
    const onSynced = (seconds: number) => metrics.spoolSyncSeconds.observe(seconds);
    const spoolSettings = { segmentBytes: config.SPOOL_SEGMENT_BYTES, onSynced };
    const spool = config.SPOOL_DIR
      ? await DiskSpool.open({ dir: config.SPOOL_DIR, ...spoolSettings }, logger)
      : undefined;
    const outbox = new Outbox(publisher, spool, outboxSettings(config), metrics, logger);
    outbox.onRefused((error) => this.listener.onRefused(error));
    metrics.watchQueue(outbox);
    metrics.watchSpool(outbox, SPOOL_STATES);
    this.unsubscribes.push(
      this.link.onDisconnect(() => publisher.disconnected()),
      this.link.onReconnect(() => publisher.reconnected()),
    );
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
          this.lastEventAt = serverClock.iso;
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
        onRefused: (error) => this.listener.onRefused(error),
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
