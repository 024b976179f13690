import { randomUUID } from 'node:crypto';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { KV, KvEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { AppError, LEASES_BUCKET } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import { serverClock } from '../../support/server-clock.js';
import { type BucketStorage, openBucket } from '../../nats/stream-limits.js';

/** What nobody renews for so long is no record of anything. */
const FORGET_AFTER_MS = 3_600_000;
const WATCH_BACK_OFF = { firstMs: 100, capMs: 5_000 };
/** How often a renewal believes what the server says about a lease before it waits for the next one. */
const RENEW_ATTEMPTS = 3;
/** The server's codes for a write on a revision that is no longer the last. */
const WRONG_LAST_SEQUENCE: ReadonlySet<number> = new Set([10_071, 10_164]);

/** Holds a key that has no readable lease: expired, so that it can be written over. */
const NOBODY = { owner: '', ttlMs: 0 };

const leaseValue = z.object({ owner: z.string(), ttlMs: z.number(), expiresAtMs: z.number() });

/** A lease as it was last seen. `expiresAtMs` in its value is for people: clocks differ between machines. */
interface Seen {
  readonly owner: string;
  readonly ttlMs: number;
  readonly revision: number;
  /** This process's monotonic clock when the revision was first seen. */
  readonly seenAtMs: number;
}

interface Mine {
  readonly ttlMs: number;
  revision: number;
  validUntilMs: number;
}

export type LeaseStanding = 'held' | 'uncertain' | 'lost';

/** Whether a KV write was refused because somebody else has written in between. */
export const isConflict = (error: unknown): boolean =>
  error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.has(error.code);

/**
 * Leases in NATS KV. A lease is taken by compare-and-set on its revision, and is expired for an observer when it has
 * not seen it renewed for the lease's time by its own clock. The owner counts from before it asked, so it gives up
 * first.
 */
export class LeaseTable {
  private readonly seen = new Map<string, Seen>();
  private readonly mine = new Map<string, Mine>();
  private readonly closing = new AbortController();
  private onChange: () => void = () => undefined;
  private onRolledBack: () => void = () => undefined;

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
  ): Promise<LeaseTable> {
    const bucket = await openBucket(connection, LEASES_BUCKET, storage, { ttl: FORGET_AFTER_MS });
    return new LeaseTable(bucket, owner, logger);
  }

  /** Follows everybody's leases; resolves when all that exist have been seen. */
  async follow(onChange: () => void): Promise<void> {
    await this.refresh();
    this.onChange = onChange;
    void this.watch();
  }

  /** Calls back when the server has an older revision than it had before, or none: its store is not what it was. */
  whenRolledBack(callback: () => void): void {
    this.onRolledBack = callback;
  }

  /** Looks at every lease now, instead of waiting to be told. */
  async refresh(): Promise<void> {
    for await (const key of await this.bucket.keys()) await this.look(key);
  }

  /**
   * Gives back the leases under these prefixes that an earlier process of this one's name left. If it lives after all,
   * it finds at its next renewal that it has lost them. Rejects when NATS is away.
   */
  async dropPredecessors(prefixes: readonly string[]): Promise<void> {
    const name = nameOf(this.owner);
    for (const [key, { owner, revision }] of [...this.seen]) {
      const earlier = owner !== this.owner && nameOf(owner) === name;
      if (earlier && prefixes.some((prefix) => key.startsWith(prefix))) await this.remove(key, revision);
    }
  }

  close(): void {
    this.closing.abort();
  }

  /** Live leases of which the key starts with `prefix`: key -> owner. */
  live(prefix: string): Map<string, string> {
    const live = new Map<string, string>();
    for (const [key, { owner, ttlMs, seenAtMs }] of this.seen) {
      const own = owner === this.owner;
      if (!key.startsWith(prefix) || (own ? !this.mine.has(key) : now() - seenAtMs >= ttlMs)) continue;
      live.set(key, owner);
    }
    return live;
  }

  /** `uncertain`: it could not be renewed in time; it is ours still if nobody has taken it. */
  standing(key: string): LeaseStanding {
    const mine = this.mine.get(key);
    if (!mine) return 'lost';
    return now() < mine.validUntilMs ? 'held' : 'uncertain';
  }

  /** Takes a lease that is free or expired. False when somebody else was quicker. Rejects when NATS is away. */
  async take(key: string, ttlMs: number): Promise<boolean> {
    const before = this.seen.get(key);
    const startedAtMs = now();
    try {
      const value = this.value(ttlMs);
      const revision = before
        ? await this.bucket.update(key, value, before.revision)
        : await this.bucket.create(key, value);
      this.mine.set(key, { ttlMs, revision, validUntilMs: startedAtMs + ttlMs });
      this.note(key, { owner: this.owner, ttlMs, revision });
      return true;
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.look(key);
      return false;
    }
  }

  /**
   * False when the lease is somebody else's now, or gone. Rejects when NATS is away, or contradicts itself: the lease may
   * still be ours. A write of ours whose answer was lost has moved the revision: that is no loss.
   */
  async renew(key: string): Promise<boolean> {
    const mine = this.mine.get(key);
    if (!mine) return false;
    for (let attempt = 0; attempt < RENEW_ATTEMPTS; attempt++) {
      if (await this.tryRenewing(key, mine)) return true;
      const entry = await this.look(key);
      if (entry?.owner !== this.owner) {
        this.mine.delete(key);
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
  async drop(key: string): Promise<void> {
    const mine = this.mine.get(key);
    if (!mine) return;
    this.mine.delete(key);
    await this.remove(key, mine.revision);
  }

  private async remove(key: string, revision: number): Promise<void> {
    try {
      await this.bucket.delete(key, { previousSeq: revision });
      this.seen.delete(key);
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.look(key);
    }
  }

  /** False on a conflict. */
  private async tryRenewing(key: string, mine: Mine): Promise<boolean> {
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
  private async look(key: string): Promise<Seen | undefined> {
    const entry = await this.bucket.get(key);
    const known = Math.max(this.seen.get(key)?.revision ?? 0, this.mine.get(key)?.revision ?? 0);
    if (!entry || !this.isAsSeen(entry)) this.seen.delete(key);
    if (entry) this.see(entry);
    if (known > (entry?.revision ?? 0)) this.onRolledBack();
    return this.seen.get(key);
  }

  private isAsSeen(entry: KvEntry): boolean {
    const seen = this.seen.get(entry.key);
    return seen?.revision === entry.revision && seen.owner === readValue(entry)?.owner;
  }

  private async watch(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        const entries = await this.bucket.watch();
        this.closing.signal.addEventListener('abort', () => entries.stop(), { once: true });
        for await (const entry of entries) {
          attempt = 0;
          this.see(entry);
          this.onChange();
        }
      } catch (error) {
        this.logger.warn({ err: error, attempt }, 'leases are not followed; trying again');
      }
      await backOff(attempt, { ...WATCH_BACK_OFF, signal: this.closing.signal }).catch(() => undefined);
    }
  }

  private see(entry: KvEntry): void {
    const known = this.seen.get(entry.key);
    if (known && known.revision >= entry.revision) return;
    const value = entry.operation === 'PUT' ? (readValue(entry) ?? NOBODY) : undefined;
    if (!value) this.seen.delete(entry.key);
    else this.note(entry.key, { ...value, revision: entry.revision });
    const mine = this.mine.get(entry.key);
    if (mine && entry.revision > mine.revision && value?.owner !== this.owner) this.mine.delete(entry.key);
  }

  private note(key: string, lease: Omit<Seen, 'seenAtMs'>): void {
    const known = this.seen.get(key);
    if (!known || known.revision < lease.revision) this.seen.set(key, { ...lease, seenAtMs: now() });
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
