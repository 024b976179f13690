import type { KV, KvEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, LEASES_BUCKET } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import { type BucketStorage, isConflict, openBucket } from '../../nats/buckets.js';
import { leaseRecord, nameOf, EXPIRED_LEASE, readLease } from './lease-record.js';

/** The bucket deletes leases that were not renewed for this long. */
const FORGET_AFTER_MS = 3_600_000;
const WATCH_BACK_OFF = { firstMs: 100, capMs: 2_000 };
/** Attempts to renew a lease at once before waiting for the next renewal. */
const RENEW_ATTEMPTS = 3;
/** A lease as last observed. The `expiresAtMs` in its value is informative only: clocks differ between machines. */
interface ObservedLease {
  readonly owner: string;
  readonly ttlMs: number;
  readonly revision: number;
  /** When the revision was first observed, by this process's monotonic clock. */
  readonly seenAtMs: number;
}

interface OwnedLease {
  readonly ttlMs: number;
  revision: number;
  validUntilMs: number;
  /** Acquired after another process let it expire. */
  readonly takenOver: boolean;
}

export type LeaseStatus = 'held' | 'uncertain' | 'lost';

/**
 * Leases in NATS KV, acquired by compare-and-set on their revision. For an observer, a lease is expired when it has seen no
 * renewal for the lease's time to live, by its own monotonic clock. The owner counts from before its request, so for the owner
 * the lease expires first.
 */
export class LeaseStore {
  private readonly observed = new Map<string, ObservedLease>();
  private readonly owned = new Map<string, OwnedLease>();
  /** Keys of leases of earlier processes with this name, which may still be alive. */
  private readonly inherited = new Set<string>();
  private readonly closing = new AbortController();
  private onChange: () => void = () => undefined;
  private notifyRolledBack: () => void = () => undefined;

  private constructor(
    private readonly bucket: KV,
    readonly owner: string,
    private readonly logger: Logger,
  ) {}

  static async open(
    connection: NatsConnection,
    storage: BucketStorage,
    owner: string,
    logger: Logger,
  ): Promise<LeaseStore> {
    const bucket = await openBucket(connection, LEASES_BUCKET, storage, { ttl: FORGET_AFTER_MS });
    return new LeaseStore(bucket, owner, logger);
  }

  /** Watches the leases of all replicas; resolves when every existing lease is known. */
  async watch(onChange: () => void): Promise<void> {
    await this.reloadAll();
    this.onChange = onChange;
    void this.watchForever();
  }

  /** Calls back when the server has an older revision than before, or none, because its store was rolled back. */
  onRolledBack(callback: () => void): void {
    this.notifyRolledBack = callback;
  }

  /** Reads every lease now, instead of waiting for the watch. */
  async reloadAll(): Promise<void> {
    for await (const key of await this.bucket.keys()) await this.reload(key);
  }

  /**
   * Releases the leases under these prefixes that an earlier process with the same name left behind. If that process is still
   * alive, it notices the loss at its next renewal. Rejects when NATS is unavailable.
   */
  async releasePredecessors(prefixes: readonly string[]): Promise<void> {
    const name = nameOf(this.owner);
    for (const [key, { owner, revision }] of [...this.observed]) {
      const earlier = owner !== this.owner && nameOf(owner) === name;
      if (!earlier || !prefixes.some((prefix) => key.startsWith(prefix))) continue;
      await this.remove(key, revision);
      this.inherited.add(key);
    }
  }

  close(): void {
    this.closing.abort();
  }

  /** Live leases whose keys start with `prefix`: key -> owner. */
  liveOwners(prefix: string): Map<string, string> {
    const live = new Map<string, string>();
    for (const [key, { owner, ttlMs, seenAtMs }] of this.observed) {
      const own = owner === this.owner;
      if (!key.startsWith(prefix) || (own ? !this.owned.has(key) : now() - seenAtMs >= ttlMs)) continue;
      live.set(key, owner);
    }
    return live;
  }

  /** How long until the first live lease of another process expires unless it is renewed; Infinity when there is none. */
  firstExpiryMs(): number {
    const others = [...this.observed.values()].filter(({ owner }) => owner !== this.owner);
    const leftMs = others.map(({ ttlMs, seenAtMs }) => seenAtMs + ttlMs - now());
    return Math.min(...leftMs.filter((each) => each > 0));
  }

  /** `uncertain`: it could not be renewed in time; another replica may have acquired it. */
  statusOf(key: string): LeaseStatus {
    const mine = this.owned.get(key);
    if (!mine) return 'lost';
    return now() < mine.validUntilMs ? 'held' : 'uncertain';
  }

  /** Whether this process acquired the lease after another one let it expire. */
  isTakenOver(key: string): boolean {
    return this.owned.get(key)?.takenOver ?? false;
  }

  /** Acquires a free or expired lease. False when another replica was faster. Rejects when NATS is unavailable. */
  async acquire(key: string, ttlMs: number): Promise<boolean> {
    const before = this.observed.get(key);
    const startedAtMs = now();
    try {
      const value = leaseRecord(this.owner, ttlMs);
      const revision = before
        ? await this.bucket.update(key, value, before.revision)
        : await this.bucket.create(key, value);
      const takenOver = this.inherited.delete(key) || (before !== undefined && before.owner !== this.owner);
      this.owned.set(key, { ttlMs, revision, validUntilMs: startedAtMs + ttlMs, takenOver });
      this.remember(key, { owner: this.owner, ttlMs, revision });
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.reload(key);
      return false;
    }
  }

  /**
   * Renews a lease. False when another replica has it, or it is gone. Rejects when NATS is unavailable or inconsistent: this
   * process may still hold it then. A newer revision may also come from a write of this process whose answer was lost.
   */
  async renew(key: string): Promise<boolean> {
    const mine = this.owned.get(key);
    if (!mine) return false;
    for (let attempt = 0; attempt < RENEW_ATTEMPTS; attempt++) {
      if (await this.tryRenewing(key, mine)) return true;
      const entry = await this.reload(key);
      if (entry?.owner !== this.owner) {
        this.owned.delete(key);
        return false;
      }
      mine.revision = entry.revision;
    }
    throw new AppError(
      'LOG.UNAVAILABLE',
      `this process holds the lease ${key} but cannot renew it: NATS may be recovering`,
    );
  }

  /** Releases a lease, so that the next owner need not wait. Rejects when NATS is unavailable. */
  async release(key: string): Promise<void> {
    const mine = this.owned.get(key);
    if (!mine) return;
    this.owned.delete(key);
    await this.remove(key, mine.revision);
  }

  private async remove(key: string, revision: number): Promise<void> {
    try {
      await this.bucket.delete(key, { previousSeq: revision });
      this.observed.delete(key);
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.reload(key);
    }
  }

  /** False on a conflict. */
  private async tryRenewing(key: string, mine: OwnedLease): Promise<boolean> {
    const startedAtMs = now();
    try {
      mine.revision = await this.bucket.update(key, leaseRecord(this.owner, mine.ttlMs), mine.revision);
      mine.validUntilMs = startedAtMs + mine.ttlMs;
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
      return false;
    }
  }

  /** Reads a lease. The server's answer is used even if its revision is lower than the observed one, after a rollback. */
  private async reload(key: string): Promise<ObservedLease | undefined> {
    const entry = await this.bucket.get(key);
    const known = Math.max(this.observed.get(key)?.revision ?? 0, this.owned.get(key)?.revision ?? 0);
    if (!entry || !this.isUnchanged(entry)) this.observed.delete(key);
    if (entry) this.apply(entry);
    if (known > (entry?.revision ?? 0)) this.notifyRolledBack();
    return this.observed.get(key);
  }

  private isUnchanged(entry: KvEntry): boolean {
    const seen = this.observed.get(entry.key);
    return seen?.revision === entry.revision && seen.owner === readLease(entry)?.owner;
  }

  private async watchForever(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        const entries = await this.bucket.watch();
        this.closing.signal.addEventListener('abort', () => entries.stop(), { once: true });
        for await (const entry of entries) {
          attempt = 0;
          this.apply(entry);
          this.onChange();
        }
      } catch (error) {
        this.logger.warn({ err: error, attempt }, 'the watch on leases failed; trying again');
      }
      await backOff(attempt, { ...WATCH_BACK_OFF, signal: this.closing.signal }).catch(() => undefined);
    }
  }

  private apply(entry: KvEntry): void {
    const known = this.observed.get(entry.key);
    if (known && known.revision >= entry.revision) return;
    const value = entry.operation === 'PUT' ? (readLease(entry) ?? EXPIRED_LEASE) : undefined;
    if (!value) this.observed.delete(entry.key);
    else this.remember(entry.key, { ...value, revision: entry.revision });
    const mine = this.owned.get(entry.key);
    if (mine && entry.revision > mine.revision && value?.owner !== this.owner) this.owned.delete(entry.key);
  }

  private remember(key: string, lease: Omit<ObservedLease, 'seenAtMs'>): void {
    const known = this.observed.get(key);
    if (!known || known.revision < lease.revision) this.observed.set(key, { ...lease, seenAtMs: now() });
  }
}

const now = (): number => performance.now();
