import { type AppError, isEphemeral } from '@discord-relay/contracts';
import type { Logger, NatsLink } from '@discord-relay/platform';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Backfill } from '../backfill/backfill.js';
import type { IngestorConfig } from '../config.js';
import type { LeaseStatus } from '../discord/leases/lease-store.js';
import type { SessionStore } from '../discord/sessions/session-store.js';
import { ShardManager } from '../discord/shard-manager.js';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { compareLog } from '../nats/log-continuity.js';
import { StoreMonitor } from '../nats/store-monitor.js';
import type { EphemeralSender } from '../publish/ephemeral-sender.js';
import { LogPublisher } from '../publish/log-publisher.js';
import type { LogStream } from '../publish/log-stream.js';
import { Outbox, SPOOL_STATES } from '../publish/outbox.js';
import type { OutgoingEvent } from '../publish/outgoing-event.js';
import { DiskSpool } from '../publish/spool/disk-spool.js';
import { DispatchPipeline } from '../record/dispatch-pipeline.js';
import { DispatchRecorder } from '../record/dispatch-recorder.js';
import {
  optionalKinds,
  outboxSettings,
  publisherSettings,
  shardManagerSettings,
} from './ingestor-settings.js';
import type { IngestorStores } from './ingestor-stores.js';

/** The connection to NATS, and notice of its changes. */
export type IngestorLink = Pick<NatsLink, 'connection' | 'connected' | 'onReconnect' | 'onDisconnect'>;

/** Receives what ends a run. */
export interface RunListener {
  /** An operator has to act. */
  onRefused(error: AppError): void;
  /** NATS lost data that this run relies on: the run ends, and the next one starts with the remaining data. */
  onStoreLost(reason: string): void;
}

/** What the parts of a run are created from. */
export interface RunContext {
  link: IngestorLink;
  config: IngestorConfig;
  metrics: IngestorMetrics;
  logger: Logger;
  listener: RunListener;
}

/** The parts of a run that has opened its stores. */
export interface RunParts {
  stream: LogStream;
  sessions: SessionStore;
  outbox: Outbox;
  backfill: Backfill;
  pipeline: DispatchPipeline;
  shards: ShardManager;
  monitor: StoreMonitor;
}

export function createPublisher(
  connection: NatsConnection,
  { stream, sessions }: IngestorStores,
  { config, metrics, logger }: RunContext,
): LogPublisher {
  const publisher = new LogPublisher(connection, publisherSettings(config, stream), metrics, logger);
  sessions.attachLog({
    position: () => publisher.position,
    compare: (before) => compareLog(connection, before),
  });
  return publisher;
}

/** Opens the spool, if there is one, and the outbox in front of it. */
export async function openOutbox(publisher: LogPublisher, context: RunContext): Promise<Outbox> {
  const { config, metrics, logger, listener } = context;
  const onSynced = (seconds: number) => metrics.spoolSyncSeconds.observe(seconds);
  const spoolSettings = { segmentBytes: config.SPOOL_SEGMENT_BYTES, onSynced };
  const spool = config.SPOOL_DIR
    ? await DiskSpool.open({ dir: config.SPOOL_DIR, ...spoolSettings }, logger)
    : undefined;
  const outbox = new Outbox(publisher, spool, outboxSettings(config), metrics, logger);
  outbox.onRefused((error) => listener.onRefused(error));
  metrics.watchQueue(outbox);
  metrics.watchSpool(outbox, SPOOL_STATES);
  return outbox;
}

/** Informs the publisher whether NATS is connected, now and after every change. Returns a function that stops this. */
export function reportConnection(link: IngestorLink, publisher: LogPublisher): () => void {
  const ends = [
    link.onDisconnect(() => publisher.disconnected()),
    link.onReconnect(() => publisher.reconnected()),
  ];
  if (!link.connected) publisher.disconnected();
  return () => ends.forEach((end) => end());
}

/** Connects the shards to the outbox, for events, and to backfill, for gaps. Nothing starts yet. */
export function connectShards(
  { stream, sessions, leases, fences }: IngestorStores,
  { outbox, ephemeral, backfill }: Pick<RunParts, 'outbox' | 'backfill'> & { ephemeral: EphemeralSender },
  { config, metrics, logger, listener }: RunContext,
): Pick<RunParts, 'pipeline' | 'shards'> {
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
  const onFull = () => shards.gateway.disconnectAll();
  const onRefused = (error: AppError) => listener.onRefused(error);
  const stages = { recorder, backfill, outbox };
  const pipeline = new DispatchPipeline(sessions, stages, { onFull, onRefused }, metrics);
  const settings = shardManagerSettings(config);
  const owned = { sessions, leases, fences };
  const shards: ShardManager = new ShardManager(settings, owned, pipeline, metrics, logger);
  outbox.onBackpressure((backpressured) => shards.gateway.setReading(!backpressured));
  return { pipeline, shards };
}

/** Watches the streams and buckets in NATS; a loss of data ends the run. */
export function monitorStores(
  connection: NatsConnection,
  publisher: LogPublisher,
  { sessions, leases }: IngestorStores,
  { listener, logger }: RunContext,
): StoreMonitor {
  const onLost = (reason: string) => listener.onStoreLost(reason);
  const monitor = new StoreMonitor(connection, () => publisher.newestSequence, onLost, logger);
  const check = () => monitor.check();
  sessions.onRolledBack(check);
  leases.onRolledBack(check);
  return monitor;
}
