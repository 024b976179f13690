import { randomUUID } from 'node:crypto';
import type { KV, KvEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { AppError, LEASES_BUCKET } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import { serverClock } from '../../support/server-clock.js';
import { type BucketStorage, isConflict, openBucket } from '../../nats/buckets.js';

/** What nobody renews for so long is no record of anything. */
const FORGET_AFTER_MS = 3_600_000;
const WATCH_BACK_OFF = { firstMs: 100, capMs: 5_000 };
/** How often a renewal believes what the server says about a lease before it waits for the next one. */
const RENEW_ATTEMPTS = 3;
/** Holds a key that has no readable lease: expired, so that it can be written over. */
const NOBODY = { owner: '', ttlMs: 0 };

const leaseValue = z.object({ owner: z.string(), ttlMs: z.number(), expiresAtMs: z.number() });

/** A lease as it was last seen. `expiresAtMs` in its value is for people: clocks differ between machines. */
interface ObservedLease {
  readonly owner: string;
  readonly ttlMs: number;
  readonly revision: number;
  /** This process's monotonic clock when the revision was first seen. */
  readonly seenAtMs: number;
}

interface HeldLease {
  readonly ttlMs: number;
  revision: number;
  validUntilMs: number;
}

export type LeaseStatus = 'held' | 'uncertain' | 'lost';

/**
 * Leases in NATS KV. A lease is taken by compare-and-set on its revision, and is expired for an observer when it has
 * not seen it renewed for the lease's time by its own clock. The owner counts from before it asked, so it gives up
 * first.
 */
export class LeaseStore {
  private readonly observed = new Map<string, ObservedLease>();
  private readonly held = new Map<string, HeldLease>();
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

  /** Follows everybody's leases; resolves when all that exist have been seen. */
  async watch(onChange: () => void): Promise<void> {
    await this.reloadAll();
    this.onChange = onChange;
    void this.watchForever();
  }

  /** Calls back when the server has an older revision than it had before, or none: its store is not what it was. */
  onRolledBack(callback: () => void): void {
    this.notifyRolledBack = callback;
  }

  /** Looks at every lease now, instead of waiting to be told. */
  async reloadAll(): Promise<void> {
    for await (const key of await this.bucket.keys()) await this.reload(key);
  }

  /**
   * Gives back the leases under these prefixes that an earlier process of this one's name left. If it lives after all,
   * it finds at its next renewal that it has lost them. Rejects when NATS is away.
   */
  async releasePredecessors(prefixes: readonly string[]): Promise<void> {
    const name = nameOf(this.owner);
    for (const [key, { owner, revision }] of [...this.observed]) {
      const earlier = owner !== this.owner && nameOf(owner) === name;
      if (earlier && prefixes.some((prefix) => key.startsWith(prefix))) await this.remove(key, revision);
    }
  }

  close(): void {
    this.closing.abort();
  }

  /** Live leases of which the key starts with `prefix`: key -> owner. */
  liveOwners(prefix: string): Map<string, string> {
    const live = new Map<string, string>();
    for (const [key, { owner, ttlMs, seenAtMs }] of this.observed) {
      const own = owner === this.owner;
      if (!key.startsWith(prefix) || (own ? !this.held.has(key) : now() - seenAtMs >= ttlMs)) continue;
      live.set(key, owner);
    }
    return live;
  }

  /** `uncertain`: it could not be renewed in time; it is ours still if nobody has taken it. */
  statusOf(key: string): LeaseStatus {
    const mine = this.held.get(key);
    if (!mine) return 'lost';
    return now() < mine.validUntilMs ? 'held' : 'uncertain';
  }

  /** Takes a lease that is free or expired. False when somebody else was quicker. Rejects when NATS is away. */
  async acquire(key: string, ttlMs: number): Promise<boolean> {
    const before = this.observed.get(key);
    const startedAtMs = now();
    try {
      const value = this.value(ttlMs);
      const revision = before
        ? await this.bucket.update(key, value, before.revision)
        : await this.bucket.create(key, value);
      this.held.set(key, { ttlMs, revision, validUntilMs: startedAtMs + ttlMs });
      this.remember(key, { owner: this.owner, ttlMs, revision });
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.reload(key);
      return false;
    }
  }

  /**
   * False when the lease is somebody else's now, or gone. Rejects when NATS is away, or contradicts itself: the lease may
   * still be ours. A write of ours whose answer was lost has moved the revision: that is no loss.
   */
  async renew(key: string): Promise<boolean> {
    const mine = this.held.get(key);
    if (!mine) return false;
    for (let attempt = 0; attempt < RENEW_ATTEMPTS; attempt++) {
      if (await this.tryRenewing(key, mine)) return true;
      const entry = await this.reload(key);
      if (entry?.owner !== this.owner) {
        this.held.delete(key);
        return false;
      }
      mine.revision = entry.revision;
    }
    throw new AppError(
      'LOG.UNAVAILABLE',
      `lease ${key} is ours and cannot be renewed: NATS may be recovering`,
    );
  }

  /** Gives a lease back, so that the next owner need not wait. Rejects when NATS is away. */
  async release(key: string): Promise<void> {
    const mine = this.held.get(key);
    if (!mine) return;
    this.held.delete(key);
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
  private async tryRenewing(key: string, mine: HeldLease): Promise<boolean> {
    const startedAtMs = now();
    try {
      mine.revision = await this.bucket.update(key, this.value(mine.ttlMs), mine.revision);
      mine.validUntilMs = startedAtMs + mine.ttlMs;
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
      return false;
    }
  }

  /** What the server has now counts, also when its revision is lower than what was seen: it was rolled back. */
  private async reload(key: string): Promise<ObservedLease | undefined> {
    const entry = await this.bucket.get(key);
    const known = Math.max(this.observed.get(key)?.revision ?? 0, this.held.get(key)?.revision ?? 0);
    if (!entry || !this.isUnchanged(entry)) this.observed.delete(key);
    if (entry) this.apply(entry);
    if (known > (entry?.revision ?? 0)) this.notifyRolledBack();
    return this.observed.get(key);
  }

  private isUnchanged(entry: KvEntry): boolean {
    const seen = this.observed.get(entry.key);
    return seen?.revision === entry.revision && seen.owner === readValue(entry)?.owner;
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
        this.logger.warn({ err: error, attempt }, 'leases are not followed; trying again');
      }
      await backOff(attempt, { ...WATCH_BACK_OFF, signal: this.closing.signal }).catch(() => undefined);
    }
  }

  private apply(entry: KvEntry): void {
    const known = this.observed.get(entry.key);
    if (known && known.revision >= entry.revision) return;
    const value = entry.operation === 'PUT' ? (readValue(entry) ?? NOBODY) : undefined;
    if (!value) this.observed.delete(entry.key);
    else this.remember(entry.key, { ...value, revision: entry.revision });
    const mine = this.held.get(entry.key);
    if (mine && entry.revision > mine.revision && value?.owner !== this.owner) this.held.delete(entry.key);
  }

  private remember(key: string, lease: Omit<ObservedLease, 'seenAtMs'>): void {
    const known = this.observed.get(key);
    if (!known || known.revision < lease.revision) this.observed.set(key, { ...lease, seenAtMs: now() });
  }

  private value(ttlMs: number): string {
    return JSON.stringify({ owner: this.owner, ttlMs, expiresAtMs: serverClock.now() + ttlMs });
  }
}

const now = (): number => performance.now();

/** The owner of a lease for this process alone: its replica's name, and what tells it from others of that name. */
export const newOwner = (name: string): string =>
  `${name.replace(/[^\w-]/g, '_')}-${randomUUID().slice(0, 8)}`;

const nameOf = (owner: string): string => /^(.+)-[0-9a-f]{8}$/.exec(owner)?.[1] ?? owner;

/** Undefined when it is no lease: it is free to be written over. */
function readValue(entry: KvEntry): { owner: string; ttlMs: number } | undefined {
  try {
    const parsed = leaseValue.safeParse(entry.json());
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
