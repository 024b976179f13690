import type { KV } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { SESSIONS_BUCKET, VOICE_BUCKET } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { LogContinuity, LogPosition } from '../../nats/log-continuity.js';
import { serverClock } from '../../support/server-clock.js';
import { parseLogPosition, parseOwner, parseSession } from './session-record.js';
import { restoreSession } from './restore-session.js';
import { ShardSession, type ResumableSession, type StoredSession } from './shard-session.js';
import { VoiceStore } from './voice-store.js';
import { type BucketStorage, isConflict, openBucket } from '../../nats/buckets.js';

const WHOLE: LogContinuity = { state: 'whole' };

/** The log that sessions rely on. */
export interface LogReference {
  position(): LogPosition;
  compare(before: LogPosition): Promise<LogContinuity>;
}

/** Minimum time between two writes, and so the maximum lag of the store after a crash. */
const FLUSH_INTERVAL_MS = 100;
const RETRY_INTERVAL_MS = 1_000;

const keyOf = (shardId: number): string => `shard.${shardId}`;

/**
 * The shards' sessions: read from memory, written to NATS KV after their events. An outdated record only makes Discord repeat
 * dispatches, which the log drops. Every write names the previous revision, so that a replica that has lost a shard without
 * noticing cannot overwrite its successor.
 */
export class SessionStore {
  private readonly shards = new Map<number, ShardSession>();
  private readonly revisions = new Map<number, number>();
  private readonly dirty = new Set<number>();
  /** The stored session of each shard, which another process would find. */
  private readonly stored = new Map<number, string>();
  private notifyFenced: (shardId: number) => void = () => undefined;
  private notifyRolledBack: () => void = () => undefined;
  private log: LogReference | undefined;
  private storingStopped = false;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  /** By the monotonic clock, so that an adjusted clock does not delay writes. */
  private nextFlushAtMs = 0;

  constructor(
    private readonly bucket: KV,
    private readonly voice: VoiceStore,
    private readonly owner: string,
    private readonly logger: Logger,
  ) {}

  /** @param owner the name of this process in its records. */
  static async open(
    connection: NatsConnection,
    storage: BucketStorage,
    owner: string,
    logger: Logger,
  ): Promise<SessionStore> {
    const voice = new VoiceStore(await openBucket(connection, VOICE_BUCKET, storage), logger);
    return new SessionStore(await openBucket(connection, SESSIONS_BUCKET, storage), voice, owner, logger);
  }

  /** Calls back when another process has written a shard's session, and therefore owns the shard. */
  onFenced(callback: (shardId: number) => void): void {
    this.notifyFenced = callback;
  }

  /** Calls back when the server has an older record than before, or none, because its store was rolled back. */
  onRolledBack(callback: () => void): void {
    this.notifyRolledBack = callback;
  }

  /** From now on sessions are stored with the log's position, and compared with it when they are loaded. */
  attachLog(log: LogReference): void {
    this.log = log;
  }

  /** Stops storing; the next process continues from the stored records. */
  stopStoring(): void {
    this.storingStopped = true;
    clearTimeout(this.timer);
  }

  /** Loads the stored session of a shard, and fences off its writer. Rejects while the store cannot be read. */
  async load(shardId: number): Promise<void> {
    this.forget(shardId);
    const entry = await this.bucket.get(keyOf(shardId));
    this.revisions.set(shardId, entry?.revision ?? 0);
    const session = entry?.operation === 'PUT' ? await this.restore(shardId, entry.string()) : undefined;
    await this.write(shardId);
    const shard = session ? { id: shardId, count: session.shardCount } : null;
    await this.voice.load(shard, this.shard(shardId).voice);
  }

  /** Forgets a shard that has another owner. */
  forget(shardId: number): void {
    this.shards.delete(shardId);
    this.revisions.delete(shardId);
    this.dirty.delete(shardId);
    this.stored.delete(shardId);
  }

  /** Whether the shard's current session is stored, so that it can be resumed after a crash. */
  isStored(shardId: number): boolean {
    const current = this.shards.get(shardId)?.current;
    return current !== null && current !== undefined && this.stored.get(shardId) === current.sessionId;
  }

  shard(shardId: number): ShardSession {
    const known = this.shards.get(shardId);
    if (known) return known;
    const shard = new ShardSession();
    this.shards.set(shardId, shard);
    return shard;
  }

  /** Schedules a write of a shard's record. */
  markDirty(shardId: number): void {
    this.dirty.add(shardId);
    this.schedule();
  }

  /** Keeps a shard's session out of the store until the returned function is called. */
  deferStoring(shardId: number): () => void {
    const release = this.shard(shardId).deferStoring();
    return () => {
      release();
      this.markDirty(shardId);
    };
  }

  /** Writes changed records now. Rejects when they cannot be written. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.writing;
    await this.writeDirty();
  }

  private async restore(shardId: number, json: string): Promise<ResumableSession | undefined> {
    const position = parseLogPosition(json);
    const continuity = position && this.log ? await this.log.compare(position) : WHOLE;
    const stored = { shardId, key: keyOf(shardId), session: parseSession(json) };
    return restoreSession(this.shard(shardId), stored, continuity, this.logger);
  }

  private schedule(): void {
    if (this.timer !== undefined || this.writing !== undefined) return;
    this.timer = setTimeout(
      () => this.flushInBackground(),
      Math.max(0, this.nextFlushAtMs - performance.now()),
    );
  }

  private flushInBackground(): void {
    this.timer = undefined;
    this.writing = this.writeDirty()
      .then(() => this.pause(FLUSH_INTERVAL_MS))
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'session could not be stored; trying again');
        this.pause(RETRY_INTERVAL_MS);
      })
      .finally(() => {
        this.writing = undefined;
        if (this.dirty.size > 0) this.schedule();
      });
  }

  private pause(durationMs: number): void {
    this.nextFlushAtMs = performance.now() + durationMs;
  }

  private async writeDirty(): Promise<void> {
    for (const shardId of [...this.dirty]) {
      this.dirty.delete(shardId);
      try {
        await this.write(shardId);
      } catch (error) {
        if (this.shards.has(shardId)) this.dirty.add(shardId);
        throw error;
      }
    }
  }

  private async write(shardId: number): Promise<void> {
    const shard = this.shards.get(shardId);
    const start = shard?.storable;
    if (!shard || !start || this.storingStopped) return;
    if (!(await this.storeVoice(shardId, shard, start))) return;
    const record: StoredSession = {
      ...start,
      savedAt: serverClock.iso,
      owner: this.owner,
      log: this.log?.position(),
    };
    const previousSeq = this.revisions.get(shardId) ?? 0;
    try {
      const revision = await this.bucket.put(keyOf(shardId), JSON.stringify(record), { previousSeq });
      if (!this.shards.has(shardId)) return;
      this.revisions.set(shardId, revision);
      this.stored.set(shardId, start.sessionId);
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.resolveConflict(shardId, error);
    }
  }

  /** Returns false when another replica owns the shard. */
  private async storeVoice(shardId: number, shard: ShardSession, start: ResumableSession): Promise<boolean> {
    try {
      await this.voice.store(shard.voice, start);
    } catch (error) {
      if (!isConflict(error)) throw error;
      await this.resolveConflict(shardId, error);
    }
    return this.shards.get(shardId) === shard;
  }

  /**
   * The new revision is either a write of this process whose answer was lost, or a write of another process, which fences this
   * one off. A lower revision means that the store was rolled back: nothing is overwritten until that is handled.
   */
  private async resolveConflict(shardId: number, conflict: unknown): Promise<void> {
    const entry = await this.bucket.get(keyOf(shardId));
    if ((entry?.revision ?? 0) < (this.revisions.get(shardId) ?? 0)) {
      this.notifyRolledBack();
      throw conflict;
    }
    if (entry?.operation === 'PUT' && parseOwner(entry.string()) === this.owner) {
      if (this.shards.has(shardId)) this.revisions.set(shardId, entry.revision);
      throw conflict;
    }
    this.logger.warn({ shardId }, 'another replica has written the session; releasing the shard');
    this.forget(shardId);
    this.notifyFenced(shardId);
  }
}
