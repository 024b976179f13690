import { setTimeout as sleep } from 'node:timers/promises';
import { Condition, type Logger } from '@discord-relay/platform';
import { planLeases } from './lease-plan.js';
import type { LeaseStatus, LeaseStore } from './lease-store.js';

const REPLICA = 'replica.';
const SHARD = 'shard.';
/** Held while a replica joins, so that two replicas that start together choose the same shard count. */
const JOINING = 'joining';
const JOINING_TTL_MS = 10_000;
const JOINING_POLL_MS = 50;

export interface LeaseTimings {
  /** Time to live of a lease without renewal. */
  ttlMs: number;
  renewMs: number;
}

/** Receives changes of ownership. Its methods do not throw; `onHandoverDue` ends in {@link ShardLeases.release}. */
export interface LeaseListener {
  onAcquired(shardId: number): void;
  /** Another replica should own the shard: hand it over. */
  onHandoverDue(shardId: number): void;
  /** Another replica owns the shard. */
  onLost(shardId: number): void;
}

/** The shards that this replica owns, divided evenly among the replicas with the same shard count. */
export class ShardLeases {
  private readonly closing = new AbortController();
  private readonly owned = new Set<number>();
  private readonly leaving = new Set<number>();
  private readonly condition = new Condition();
  private wakeUp: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();
  private shardCount = 0;
  /** Replicas with another shard count that joined before this one. */
  private olderReplicas: readonly string[] = [];

  constructor(
    private readonly store: LeaseStore,
    private readonly times: LeaseTimings,
    private readonly listener: LeaseListener,
    private readonly logger: Logger,
  ) {}

  /**
   * Joins the other replicas, one at a time; resolves with the shard count. Rejects when NATS is unavailable.
   * @param countFor decides the count, given that of the other replicas, if there are any
   */
  async join(countFor: (inUse: number | undefined) => Promise<number> | number): Promise<number> {
    const { signal } = this.closing;
    while (!(await this.tryJoining())) await sleep(JOINING_POLL_MS, undefined, { signal });
    try {
      await this.store.reloadAll();
      await this.store.releasePredecessors([REPLICA, SHARD]);
      this.shardCount = await countFor(this.shardCountInUse);
      this.olderReplicas = this.others(REPLICA).filter((key) => !key.startsWith(this.replicaPrefix));
      await this.store.acquire(this.replicaKey, this.times.ttlMs);
    } finally {
      await this.store.release(JOINING);
    }
    this.running = this.run();
    return this.shardCount;
  }

  /** `uncertain`: it could not be renewed in time; nothing may be published for the shard until then. */
  statusOf(shardId: number): LeaseStatus {
    return this.store.statusOf(this.key(shardId));
  }

  /** The shard's lease, and whether it was taken from a process that did not release it. */
  leaseOf(shardId: number): { shardCount: number; takenOver: boolean; renew: () => Promise<boolean> } {
    const key = this.key(shardId);
    const renew = () => this.store.renew(key);
    return { shardCount: this.shardCount, takenOver: this.store.isTakenOver(key), renew };
  }

  /** Replicas with the same shard count that take part. */
  get replicas(): string[] {
    return [...this.store.liveOwners(this.replicaPrefix).values()];
  }

  /** Shards that this replica holds. */
  get ownedShards(): number[] {
    return [...this.owned];
  }

  /** Shards that no live replica holds. */
  get unowned(): number[] {
    const live = this.store.liveOwners(`${SHARD}${this.shardCount}.`);
    return this.allShards().filter((shardId) => !live.has(this.key(shardId)));
  }

  /** Resolves when this process certainly holds the shard's lease; never when it is lost. */
  async untilOwned(shardId: number, signal: AbortSignal): Promise<void> {
    await this.condition.until(() => signal.aborted || this.statusOf(shardId) === 'held');
    if (this.statusOf(shardId) !== 'held') signal.throwIfAborted();
  }

  /** Releases a shard to the next owner. Rejects when NATS is unavailable: the lease then expires. */
  async release(shardId: number): Promise<void> {
    this.forget(shardId);
    await this.store.release(this.key(shardId));
  }

  /** Stops acquiring shards; other replicas acquire this one's as they are released. */
  async leave(): Promise<void> {
    this.closing.abort();
    this.wakeUp();
    await this.running;
    await this.store.release(this.replicaKey);
  }

  /** As {@link release}, for all remaining shards. */
  async releaseAll(): Promise<void> {
    await Promise.all([...this.owned].map((shardId) => this.release(shardId)));
  }

  close(): void {
    this.closing.abort();
    this.store.close();
    this.condition.notify();
  }

  /** Reports that leases may have changed. */
  notify(): void {
    this.wakeUp();
  }

  private async run(): Promise<void> {
    let renewAtMs = 0;
    while (!this.closing.signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.wakeUp = resolve));
      if (performance.now() >= renewAtMs) {
        renewAtMs = performance.now() + this.times.renewMs;
        await this.attempt('renewing leases', () => this.renewAll());
      }
      this.reportLost();
      if (!this.closing.signal.aborted) await this.attempt('rebalancing shards', () => this.rebalance());
      const timer = new AbortController();
      // A replica that died is replaced as soon as its leases expire.
      const pauseMs = Math.min(Math.max(0, renewAtMs - performance.now()), this.store.firstExpiryMs());
      await Promise.race([woken, sleep(pauseMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
    }
  }

  private async attempt(what: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.logger.warn({ err: error }, `${what} failed; trying again`);
    }
  }

  private async renewAll(): Promise<void> {
    const keys = [this.replicaKey, ...[...this.owned].map((shardId) => this.key(shardId))];
    const outcomes = await Promise.allSettled(keys.map((key) => this.store.renew(key)));
    this.condition.notify();
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    if (this.store.statusOf(this.replicaKey) === 'lost')
      await this.store.acquire(this.replicaKey, this.times.ttlMs);
  }

  private reportLost(): void {
    for (const shardId of [...this.owned]) {
      if (this.statusOf(shardId) !== 'lost') continue;
      this.forget(shardId);
      this.logger.warn({ shardId }, 'shard lease lost to another replica');
      this.listener.onLost(shardId);
    }
  }

  /** Acquires nothing while replicas with another shard count hold leases, because everything would be recorded twice. */
  private async rebalance(): Promise<void> {
    const own = `${SHARD}${this.shardCount}.`;
    if ([...this.store.liveOwners(SHARD).keys()].some((key) => !key.startsWith(own))) return;
    const replicas = this.store.liveOwners(REPLICA);
    if (this.olderReplicas.some((key) => replicas.has(key))) return;
    const owners = new Map(
      [...this.store.liveOwners(own)].map(([key, owner]) => [Number(key.slice(own.length)), owner]),
    );
    const { owner: self } = this.store;
    const plan = planLeases({ shardCount: this.shardCount, self, replicas: this.replicas, owners });
    for (const shardId of plan.release) {
      if (this.leaving.has(shardId) || !this.owned.has(shardId)) continue;
      this.leaving.add(shardId);
      this.logger.info(
        { shardId, replicas: this.replicas.length },
        'shard is handed over to another replica',
      );
      this.listener.onHandoverDue(shardId);
    }
    await Promise.all(plan.acquire.map((shardId) => this.acquire(shardId)));
  }

  private async acquire(shardId: number): Promise<void> {
    if (!(await this.store.acquire(this.key(shardId), this.times.ttlMs))) return;
    this.owned.add(shardId);
    this.logger.info({ shardId }, 'shard lease acquired');
    this.listener.onAcquired(shardId);
  }

  private forget(shardId: number): void {
    this.owned.delete(shardId);
    this.leaving.delete(shardId);
  }

  private allShards(): number[] {
    return Array.from({ length: this.shardCount }, (_, shardId) => shardId);
  }

  private key(shardId: number): string {
    return `${SHARD}${this.shardCount}.${shardId}`;
  }

  private get replicaPrefix(): string {
    return `${REPLICA}${this.shardCount}.`;
  }

  private get replicaKey(): string {
    return this.replicaPrefix + this.store.owner;
  }

  /** Keys of live leases of other replicas. */
  private others(prefix: string): string[] {
    return [...this.store.liveOwners(prefix)]
      .filter(([, owner]) => owner !== this.store.owner)
      .map(([key]) => key);
  }

  /** The shard count of the other live replicas. */
  private get shardCountInUse(): number | undefined {
    const key = this.others(SHARD)[0] ?? this.others(REPLICA)[0];
    return key === undefined ? undefined : Number(key.split('.')[1]);
  }

  private async tryJoining(): Promise<boolean> {
    return (
      !this.store.liveOwners(JOINING).has(JOINING) && (await this.store.acquire(JOINING, JOINING_TTL_MS))
    );
  }
}
