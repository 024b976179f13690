import { setTimeout as sleep } from 'node:timers/promises';
import { type CheckResult, KeyedTaskQueue, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import type { LogFences } from '../nats/log-fences.js';
import { retryForever } from '../support/retry-forever.js';
import { DiscordGateway } from './gateway/discord-gateway.js';
import type { GatewayListener } from './gateway/gateway-listener.js';
import type { GatewaySettings, GatewayStores } from './gateway/gateway-parts.js';
import type { LeaseStatus } from './leases/lease-store.js';
import { ShardLeases, type LeaseTimings } from './leases/shard-leases.js';

/** How long the hand-over of a shard waits for acknowledgements; Discord sends the rest to the next owner again. */
const SETTLE_LIMIT_MS = 3_000;
const SETTLE_POLL_MS = 10;

export interface ShardManagerSettings extends GatewaySettings, LeaseTimings {}

/** Receives the events of the shards. Its methods do not throw. */
export interface ShardListener extends GatewayListener {
  /** Another replica owns the shard now. */
  onReleased(shardId: number): void;
}

/** Connects the shards whose leases this replica holds, and hands shards over to other replicas without a gap. */
export class ShardManager {
  private readonly closing = new AbortController();
  /** The connections of the shards. */
  readonly gateway: DiscordGateway;
  /** Which replica owns which shard. */
  readonly leases: ShardLeases;
  /** One task at a time for each shard: starting and stopping it must not overlap. */
  private readonly tasks = new KeyedTaskQueue<number>();
  private joined = false;

  constructor(
    settings: ShardManagerSettings,
    private readonly stores: GatewayStores & { fences: LogFences },
    private readonly listener: ShardListener,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    const ownership = {
      mayOwn: (shardId: number) => this.leaseStatus(shardId) !== 'lost',
      untilOwned: (shardId: number, signal: AbortSignal) => this.leases.untilOwned(shardId, signal),
    };
    this.gateway = new DiscordGateway({ settings, stores, listener, ownership, metrics, logger });
    this.leases = this.leasesOf(settings);
    stores.sessions.onFenced((shardId) => this.enqueue(shardId, () => this.releaseFenced(shardId)));
  }

  /**
   * Resolves when this replica has joined the others.
   * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
   */
  async start(): Promise<void> {
    const retry = { signal: this.closing.signal, logger: this.logger };
    await retryForever('reading leases', () => this.stores.leases.watch(() => this.leases.notify()), retry);
    await this.gateway.open();
    const join = () => this.leases.join((inUse) => this.gateway.prepare(inUse));
    await retryForever('joining the other replicas', join, retry);
    this.joined = true;
  }

  /** Closes every connection resumably; the leases stay until {@link release}. */
  async close(): Promise<void> {
    this.closing.abort();
    this.gateway.stopWatching();
    if (this.joined) await this.attempt('leaving the other replicas', () => this.leases.leave());
    await this.gateway.close();
    await this.tasks.whenIdle();
    await Promise.all(this.leases.ownedShards.map((shardId) => this.untilSessionStored(shardId)));
  }

  /** Releases the shards to the other replicas; their state must be stored by now. */
  async release(): Promise<void> {
    await this.attempt('releasing shard leases', () => this.leases.releaseAll());
    this.leases.close();
  }

  /** Status of the shard's lease: its events may be published only while no other replica can own it. */
  leaseStatus(shardId: number): LeaseStatus {
    return this.leases.statusOf(shardId);
  }

  /** Whether the shard is connected and has received what it missed while it was not. */
  isConnected(shardId: number): boolean {
    return this.gateway.statuses.some(([id, { state }]) => id === shardId && state === 'CONNECTED');
  }

  get check(): CheckResult {
    if (!this.joined)
      return { ok: false, detail: 'not connected yet: check DISCORD_API_URL if this persists' };
    const problem = this.gateway.identifyProblem;
    const unowned = this.leases.unowned.map((shardId) => `shard ${shardId} has no owner`);
    const detail = [...(problem ? [problem] : []), ...this.notReadyReasons(), ...unowned].join(', ');
    if (detail !== '') return { ok: false, detail };
    return this.gateway.isContentWithheld
      ? { ok: true, detail: 'MESSAGE_CONTENT seems not granted' }
      : { ok: true };
  }

  /** Why shards of this replica are not ready: not connected, or a crash would lose their session. */
  private notReadyReasons(): string[] {
    const states = new Map(this.gateway.statuses.map(([shardId, { state }]) => [shardId, state]));
    // A shard whose lease was just acquired has no status yet.
    for (const shardId of this.leases.ownedShards)
      if (!states.has(shardId)) states.set(shardId, 'DISCONNECTED');
    return [...states].flatMap(([shardId, state]) => {
      if (state !== 'CONNECTED') return `shard ${shardId} ${state}`;
      return this.stores.sessions.isStored(shardId) ? [] : `shard ${shardId}: its session is not stored yet`;
    });
  }

  private leasesOf(times: LeaseTimings): ShardLeases {
    const listener = {
      onAcquired: (shardId: number) => this.enqueue(shardId, () => this.startShard(shardId)),
      onHandoverDue: (shardId: number) => this.enqueue(shardId, () => this.handOver(shardId)),
      onLost: (shardId: number) => this.enqueue(shardId, () => this.stopShard(shardId, 'lost')),
    };
    return new ShardLeases(this.stores.leases, times, listener, this.logger);
  }

  private async startShard(shardId: number): Promise<void> {
    const retry = { signal: this.closing.signal, logger: this.logger };
    // First, because a fence hides that a log which was rolled back is shorter than before.
    await retryForever('reading a stored session', () => this.stores.sessions.load(shardId), retry);
    await retryForever('establishing the fence of a shard', () => this.establishFence(shardId), retry);
    if (this.leaseStatus(shardId) === 'lost') return;
    this.metrics.leaseChanges.inc({ change: 'taken' });
    this.gateway.start(shardId);
  }

  /** Establishes the shard's fence, before any of its events is published. */
  private async establishFence(shardId: number): Promise<void> {
    if (this.leaseStatus(shardId) === 'lost') return;
    const { takenOver, ...lease } = this.leases.leaseOf(shardId);
    await this.stores.fences.establish({ shardId, ...lease }, { takenOver });
  }

  private async handOver(shardId: number): Promise<void> {
    await this.gateway.stop(shardId);
    await this.untilSettled(shardId);
    await this.untilSessionStored(shardId);
    await this.attempt('storing a session', () => this.stores.sessions.flush());
    await this.stopShard(shardId, 'handed over');
    await this.attempt('releasing a shard lease', () => this.leases.release(shardId));
  }

  private async releaseFenced(shardId: number): Promise<void> {
    await this.stopShard(shardId, 'lost');
    await this.attempt('releasing a shard lease', () => this.leases.release(shardId));
  }

  private async stopShard(shardId: number, change: 'lost' | 'handed over'): Promise<void> {
    await this.gateway.stop(shardId);
    this.listener.onReleased(shardId);
    this.stores.sessions.forget(shardId);
    this.gateway.forget(shardId);
    this.metrics.leaseChanges.inc({ change });
  }

  private async untilSettled(shardId: number): Promise<void> {
    const deadline = performance.now() + SETTLE_LIMIT_MS;
    const { current } = this.stores.sessions.shard(shardId);
    while (current && !current.tracker.isSettled && performance.now() < deadline) await sleep(SETTLE_POLL_MS);
  }

  /** Waits until a new session is stored, which happens after its gap is: a crash before that would start another session. */
  private async untilSessionStored(shardId: number): Promise<void> {
    const deadline = performance.now() + SETTLE_LIMIT_MS;
    const { current } = this.stores.sessions.shard(shardId);
    while (current && !this.stores.sessions.isStored(shardId) && performance.now() < deadline)
      await sleep(SETTLE_POLL_MS);
  }

  private enqueue(shardId: number, task: () => Promise<void>): void {
    void this.tasks.run(shardId, () => this.attempt('moving a shard', task));
  }

  private async attempt(what: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!this.closing.signal.aborted || error !== this.closing.signal.reason)
        this.logger.warn({ err: error }, `${what} failed`);
    }
  }
}
