import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@discord-relay/contracts';
import { instanceName, type CheckResult } from '@discord-relay/platform';
import { Backfill } from '../backfill/backfill.js';
import { newOwner } from '../discord/leases/lease-record.js';
import type { SessionStore } from '../discord/sessions/session-store.js';
import { EphemeralSender } from '../publish/ephemeral-sender.js';
import type { OutgoingEvent } from '../publish/outgoing-event.js';
import { retryForever } from '../support/retry-forever.js';
import { backfillSettings } from './ingestor-settings.js';
import { openStores } from './ingestor-stores.js';
import {
  connectShards,
  createPublisher,
  monitorStores,
  openOutbox,
  reportConnection,
  type RunContext,
  type RunParts,
} from './run-parts.js';

/** The share of the time for stopping that may be spent waiting for acknowledgements; the rest is for closing. */
const DRAIN_SHARE = 1 / 4;

/** Records Discord's gateway into the log until NATS loses data. Connects its parts without Nest. */
export class IngestorRun {
  private readonly stopping = new AbortController();
  private parts: RunParts | undefined;
  /** Unique to this run, even among processes of the same name: leases and sessions say who wrote them. */
  private readonly owner: string;
  private readonly unsubscribes: (() => void)[] = [];

  constructor(private readonly context: RunContext) {
    this.owner = newOwner(instanceName(context.config.INSTANCE_ID));
  }

  /**
   * Resolves when every shard has connected or failed once; waits while NATS or Discord is unavailable.
   * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
   */
  async start(): Promise<void> {
    const { link, config, logger, metrics } = this.context;
    const connection = await link.connection;
    const retry = { signal: this.stopping.signal, logger };
    const stores = await openStores(connection, config, this.owner, retry);
    this.stopping.signal.throwIfAborted();
    const { stream, sessions } = stores;
    const publisher = createPublisher(connection, stores, this.context);
    this.unsubscribes.push(() => publisher.stop());
    const outbox = await openOutbox(publisher, this.context);
    this.unsubscribes.push(reportConnection(link, publisher));
    const isConnected = (shardId: number) => this.parts?.shards.isConnected(shardId) ?? false;
    const fenceOf = (shardId: number) => stores.fences.of(shardId);
    const sink = { publish: (event: OutgoingEvent) => outbox.publish(event), fenceOf };
    const connections = { nats: connection, outbox: sink, isConnected };
    const backfill = await retryForever(
      'opening the store of gaps',
      () => Backfill.open(connections, backfillSettings(config, stream), metrics.backfill, logger),
      retry,
    );
    const ephemeral = new EphemeralSender(connection, () => link.connected, metrics, logger);
    const { pipeline, shards } = connectShards(stores, { outbox, ephemeral, backfill }, this.context);
    const monitor = monitorStores(connection, publisher, stores, this.context);
    this.unsubscribes.push(link.onReconnect(() => monitor.check()));
    this.parts = { stream, sessions, outbox, backfill, pipeline, shards, monitor };
    backfill.start();
    await retryForever(
      'comparing the spool with the log',
      () => outbox.open(connection, stores.fences),
      retry,
    );
    await shards.start();
  }

  /** Hands the sessions over, publishes the received events and stores the acknowledged sequences. */
  async stop(): Promise<void> {
    this.stopping.abort();
    if (!this.parts) return this.unsubscribe();
    const { shards, outbox, sessions, backfill, monitor } = this.parts;
    monitor.stop();
    await shards.close();
    await backfill.stop();
    const limitMs = this.context.config.DRAIN_TIMEOUT_MS * DRAIN_SHARE;
    await Promise.race([outbox.whenEmpty(), sleep(limitMs, undefined, { ref: false })]);
    await outbox.stop();
    this.unsubscribe();
    try {
      await sessions.flush();
    } catch (error) {
      this.context.logger.error(
        { err: error },
        'sessions not stored; Discord will send more again than needed',
      );
    }
    await shards.release();
  }

  /** Ends without storing or publishing anything: the next run starts from what NATS has now. */
  async abandon(): Promise<void> {
    this.stopping.abort();
    this.unsubscribe();
    if (!this.parts) return;
    const { shards, outbox, sessions, backfill, monitor } = this.parts;
    monitor.stop();
    sessions.stopStoring();
    await shards.close();
    await backfill.stop();
    await outbox.stop();
    await shards.release();
  }

  /** Ends the publisher too, which needs to know about reconnections for as long as it has events. */
  private unsubscribe(): void {
    for (const unsubscribe of this.unsubscribes) unsubscribe();
  }

  get discordCheck(): CheckResult {
    return this.parts?.shards.check ?? { ok: false, detail: 'the log is not open yet' };
  }

  /** Always ready, with the problem if there is one: gaps that do not close are no reason to stop recording. */
  get backfillCheck(): CheckResult {
    const problem = this.parts?.backfill.problem;
    return { ok: true, ...(problem && { problem }) };
  }

  /**
   * @throws AppError REQUEST.NOT_FOUND when the shard has no session; returns undefined when another replica owns the shard
   */
  giveUpSession(shardId: number, by: string): { sessionId: string } | undefined {
    const shards = this.parts?.shards;
    if (!shards?.gateway.statuses.some(([id]) => id === shardId)) return undefined;
    const sessionId = this.parts!.sessions.shard(shardId).current?.sessionId;
    if (sessionId === undefined || !shards.gateway.giveUpSession(shardId, by))
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
      shards: shards.gateway.statuses.map(([id, status]) => ({
        id,
        ...status,
        ...sessionFigures(sessions, id),
      })),
      unownedShards: shards.leases.unowned,
      lastEventAt: pipeline.lastDispatchAt,
      replicas: shards.leases.replicas,
      queueLength,
      inFlight,
      spool,
      spoolBytes,
      backfill: backfill.report,
      stream: stream.name,
      partitions: stream.partitions,
    };
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
