import { jetstream } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { SESSIONS_BUCKET } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import { parseSession } from './session-record.js';
import { ShardSession, type StoredSession } from './shard-session.js';

/** Least time between two writes: how far behind the truth a killed process can leave the store. */
const FLUSH_INTERVAL_MS = 100;
const RETRY_INTERVAL_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;

const keyOf = (shardId: number): string => `shard.${shardId}`;

/**
 * The shards' sessions: read from memory, written to NATS KV behind the events. A record that lags only makes
 * Discord send again what the log then drops.
 */
export class SessionStore {
  private readonly shards = new Map<number, ShardSession>();
  private readonly dirty = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private nextFlushAtMs = 0;

  constructor(
    private readonly bucket: KV,
    private readonly logger: Logger,
  ) {}

  static async open(connection: NatsConnection, replicas: number, logger: Logger): Promise<SessionStore> {
    const buckets = new Kvm(jetstream(connection, { timeout: REQUEST_TIMEOUT_MS }));
    return new SessionStore(await buckets.create(SESSIONS_BUCKET, { replicas, history: 1 }), logger);
  }

  /** Takes up what is stored for these shards. Rejects while the store cannot be read. */
  async load(shardIds: readonly number[]): Promise<void> {
    for (const shardId of shardIds) {
      const entry = await this.bucket.get(keyOf(shardId));
      if (entry?.operation === 'PUT') this.restore(shardId, entry.string());
    }
  }

  shard(shardId: number): ShardSession {
    const known = this.shards.get(shardId);
    if (known) return known;
    const shard = new ShardSession();
    this.shards.set(shardId, shard);
    return shard;
  }

  /** Tells that a shard's record has changed; it is written soon, the newest state only. */
  touch(shardId: number): void {
    this.dirty.add(shardId);
    this.schedule();
  }

  /** Writes what has changed, now. Rejects when it cannot be written. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.writing;
    await this.writeDirty();
  }

  private restore(shardId: number, json: string): void {
    const session = parseSession(json);
    if (!session) {
      this.logger.error({ shardId, key: keyOf(shardId) }, 'stored session is unreadable; a new one is begun');
      return;
    }
    this.shard(shardId).restore(session);
    const { sessionId, sequence } = session;
    this.logger.info({ shardId, sessionId, sequence }, 'session found');
  }

  private schedule(): void {
    if (this.timer !== undefined || this.writing !== undefined) return;
    this.timer = setTimeout(() => this.flushInBackground(), Math.max(0, this.nextFlushAtMs - Date.now()));
  }

  private flushInBackground(): void {
    this.timer = undefined;
    this.writing = this.writeDirty()
      .then(() => this.pause(FLUSH_INTERVAL_MS))
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'session not stored; trying again');
        this.pause(RETRY_INTERVAL_MS);
      })
      .finally(() => {
        this.writing = undefined;
        if (this.dirty.size > 0) this.schedule();
      });
  }

  private pause(durationMs: number): void {
    this.nextFlushAtMs = Date.now() + durationMs;
  }

  private async writeDirty(): Promise<void> {
    for (const shardId of [...this.dirty]) {
      this.dirty.delete(shardId);
      const start = this.shard(shardId).record;
      if (!start) continue;
      const record: StoredSession = { ...start, savedAt: new Date().toISOString() };
      try {
        await this.bucket.put(keyOf(shardId), JSON.stringify(record));
      } catch (error) {
        this.dirty.add(shardId);
        throw error;
      }
    }
  }
}
