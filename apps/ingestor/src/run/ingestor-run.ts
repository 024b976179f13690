import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, isEphemeral } from '@discord-relay/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { instanceName, type CheckResult, type Logger, type NatsLink } from '@discord-relay/platform';
import { Backfill } from '../backfill/backfill.js';
import type { IngestorConfig } from '../config.js';
import { type LeaseStatus, newOwner } from '../discord/leases/lease-store.js';
import type { SessionStore } from '../discord/sessions/session-store.js';
import { ShardManager } from '../discord/shard-manager.js';
import {
  backfillSettings,
  optionalKinds,
  outboxSettings,
  publisherSettings,
  shardManagerSettings,
} from './ingestor-settings.js';
import { type IngestorStores, openStores } from './ingestor-stores.js';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { compareLog } from '../nats/log-continuity.js';
import { StoreMonitor } from '../nats/store-monitor.js';
import { EphemeralSender } from '../publish/ephemeral-sender.js';
import { LogPublisher } from '../publish/log-publisher.js';
import type { LogStream } from '../publish/log-stream.js';
import { Outbox, SPOOL_STATES } from '../publish/outbox.js';
import type { OutgoingEvent } from '../publish/outgoing-event.js';
import { DiskSpool } from '../publish/spool/disk-spool.js';
import { DispatchPipeline } from '../record/dispatch-pipeline.js';
import { DispatchRecorder } from '../record/dispatch-recorder.js';
import { retryForever } from '../support/retry-forever.js';

/** The share of a stop's time that may go into waiting for acknowledgements; the rest is for closing. */
const DRAIN_SHARE = 1 / 4;

interface Parts {
  stream: LogStream;
  sessions: SessionStore;
  outbox: Outbox;
  backfill: Backfill;
  pipeline: DispatchPipeline;
  shards: ShardManager;
  monitor: StoreMonitor;
}

/** The connection to NATS, and notice of its changes. */
export type IngestorLink = Pick<NatsLink, 'connection' | 'connected' | 'onReconnect' | 'onDisconnect'>;

/** Receives what ends a run. */
export interface RunListener {
  /** An operator has to act. */
  onRefused(error: AppError): void;
  /** NATS lost data that this run relies on: the run ends, and the next one starts with the remaining data. */
  onStoreLost(reason: string): void;
}

/** Records Discord's gateway into the log for as long as NATS keeps its data. Plain wiring, without Nest. */
export class IngestorRun {
  private readonly stopping = new AbortController();
  private parts: Parts | undefined;
  /** Unique to this run, even among processes of the same name: leases and sessions say who wrote them. */
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
   * Resolves when every shard has connected or failed once; waits while NATS or Discord is unavailable.
   * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
   */
  async start(): Promise<void> {
    const connection = await this.link.connection;
    const { config, logger, metrics } = this;
    const retry = { signal: this.stopping.signal, logger };
    const stores = await openStores(connection, config, this.owner, retry);
    this.stopping.signal.throwIfAborted();
    const { stream, sessions } = stores;
    const publisher = this.newPublisher(connection, stores);
    const outbox = await this.openOutbox(publisher);
    const isConnected = (shardId: number) => this.parts?.shards.isConnected(shardId) ?? false;
    const fenceOf = (shardId: number) => stores.fences.of(shardId);
    const sink = { publish: (event: OutgoingEvent) => outbox.publish(event), fenceOf };
    const connections = { nats: connection, outbox: sink, isConnected };
    const backfill = await retryForever(
      'opening the store of gaps',
      () => Backfill.open(connections, backfillSettings(config, stream), metrics.backfill, logger),
      retry,
    );
    const ephemeral = new EphemeralSender(connection, () => this.link.connected, metrics, logger);
    const { pipeline, shards } = this.connectShards(stores, { outbox, ephemeral, backfill });
    const monitor = this.monitorStores(connection, publisher, stores);
    this.parts = { stream, sessions, outbox, backfill, pipeline, shards, monitor };
    backfill.start();
    await retryForever(
      'comparing the spool with the log',
      () => outbox.open(connection, stores.fences),
      retry,
    );
    await shards.start();
  }

  /** Hands the sessions over, publishes what has arrived and stores how far that is. */
  async stop(): Promise<void> {
    this.stopping.abort();
    for (const unsubscribe of this.unsubscribes) unsubscribe();
    if (!this.parts) return;
    const { shards, outbox, sessions, backfill, monitor } = this.parts;
    monitor.stop();
    await shards.close();
    await backfill.stop();
    const limitMs = this.config.DRAIN_TIMEOUT_MS * DRAIN_SHARE;
    await Promise.race([outbox.whenEmpty(), sleep(limitMs, undefined, { ref: false })]);
    await outbox.stop();
    try {
      await sessions.flush();
    } catch (error) {
      this.logger.error({ err: error }, 'sessions not stored; Discord will send more again than needed');
    }
    await shards.release();
  }

  /** Ends without storing or publishing anything: the next run starts from what NATS has now. */
  async abandon(): Promise<void> {
    this.stopping.abort();
    for (const unsubscribe of this.unsubscribes) unsubscribe();
    if (!this.parts) return;
    const { shards, outbox, sessions, backfill, monitor } = this.parts;
    monitor.stop();
    sessions.stopStoring();
    await shards.close();
    await backfill.stop();
    await outbox.stop();
    await shards.release();
  }

  get discordCheck(): CheckResult {
    return this.parts?.shards.check ?? { ok: false, detail: 'the log is not open yet' };
  }

  /** Gaps that do not close are no reason to stop recording: ready, with the problem. */
  get backfillCheck(): CheckResult {
    const problem = this.parts?.backfill.problem;
    return { ok: true, ...(problem && { problem }) };
  }

  /**
   * @throws AppError REQUEST.NOT_FOUND when the shard has no session; returns undefined when another replica owns the shard
   */
  giveUpSession(shardId: number, by: string): { sessionId: string } | undefined {
    const shards = this.parts?.shards;
    if (!shards?.statuses.some(([id]) => id === shardId)) return undefined;
    const sessionId = this.parts!.sessions.shard(shardId).current?.sessionId;
    if (sessionId === undefined || !shards.giveUpSession(shardId, by))
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
    const { shards, outbox, stream, sessions, backfill, pipeline } = this.parts;
    const { length: queueLength, inFlight, spoolState: spool, spoolBytes } = outbox;
    return {
      shards: shards.statuses.map(([id, status]) => ({ id, ...status, ...sessionFigures(sessions, id) })),
      unownedShards: shards.unowned,
      lastEventAt: pipeline.lastDispatchAt,
      replicas: shards.replicas,
      queueLength,
      inFlight,
      spool,
      spoolBytes,
      backfill: backfill.report,
      stream: stream.name,
      partitions: stream.partitions,
    };
  }

  private newPublisher(connection: NatsConnection, { stream, sessions }: IngestorStores): LogPublisher {
    const settings = publisherSettings(this.config, stream);
    const publisher = new LogPublisher(connection, settings, this.metrics, this.logger);
    this.unsubscribes.push(() => publisher.stop());
    sessions.attachLog({
      position: () => publisher.position,
      compare: (before) => compareLog(connection, before),
    });
    return publisher;
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

  private connectShards(
    { stream, sessions, leases, fences }: IngestorStores,
    { outbox, ephemeral, backfill }: Pick<Parts, 'outbox' | 'backfill'> & { ephemeral: EphemeralSender },
  ): Pick<Parts, 'pipeline' | 'shards'> {
    const { config, metrics, logger } = this;
    const publish = (event: OutgoingEvent) => (isEphemeral(event.type) ? ephemeral : outbox).publish(event);
    const recording = {
      partitions: stream.partitions,
      guildIds: config.DISCORD_GUILD_ID,
      optional: optionalKinds(config),
      trackLive: backfill.trackLive.bind(backfill),
      leaseStatus: (shardId: number): LeaseStatus => shards.leaseStatus(shardId),
      fenceOf: (shardId: number) => fences.of(shardId),
    };
    const recorder = new DispatchRecorder(sessions, { publish }, recording, metrics, logger);
    const onFull = () => shards.disconnectAll();
    const onRefused = (error: AppError) => this.listener.onRefused(error);
    const stages = { recorder, backfill, outbox };
    const pipeline = new DispatchPipeline(sessions, stages, { onFull, onRefused }, metrics);
    const settings = shardManagerSettings(config);
    const owned = { sessions, leases, fences };
    const shards: ShardManager = new ShardManager(settings, owned, pipeline, metrics, logger);
    outbox.onBackpressure((backpressured) => shards.setReading(!backpressured));
    return { pipeline, shards };
  }

  private monitorStores(
    connection: NatsConnection,
    publisher: LogPublisher,
    { sessions, leases }: IngestorStores,
  ): StoreMonitor {
    const newest = () => publisher.newestSequence;
    const onLost = (reason: string) => this.listener.onStoreLost(reason);
    const monitor = new StoreMonitor(connection, newest, onLost, this.logger);
    const check = () => monitor.check();
    sessions.onRolledBack(check);
    leases.onRolledBack(check);
    this.unsubscribes.push(this.link.onReconnect(check));
    return monitor;
  }
}

function sessionFigures(sessions: SessionStore, shardId: number) {
  const { current } = sessions.shard(shardId);
  return {
    sessionId: current?.sessionId ?? null,
    acknowledgedSequence: current?.tracker.contiguous ?? null,
    failedResumes: current?.failedResumes?.count ?? 0,
  };
}
