import { setTimeout as sleep } from 'node:timers/promises';
import type { IIdentifyThrottler } from '@discordjs/ws';
import type { Logger } from '@discord-relay/platform';
import type { LeaseStore } from '../../leases/lease-store.js';

/** Discord accepts one identify per bucket in 5 s; half a second more allows for latency. */
const LOCK_MS = 5_500;
const POLL_MS = 100;

/**
 * Allows one identify per max_concurrency bucket at a time, over all replicas: a lock in NATS KV that is released after 5.5 s,
 * or expires when its owner dies. It retries every failure itself, because the library identifies even after a rejection.
 */
export class IdentifyThrottler implements IIdentifyThrottler {
  constructor(
    private readonly leases: LeaseStore,
    private readonly maxConcurrency: () => number,
    private readonly logger: Logger,
  ) {}

  /** Rejects only when `signal` aborts because the connection is closed or the shard is stopped. */
  async waitForIdentify(shardId: number, signal: AbortSignal): Promise<void> {
    const key = `identify.${shardId % this.maxConcurrency()}`;
    while (!(await this.tryLock(key))) await sleep(POLL_MS, undefined, { signal });
    setTimeout(() => void this.unlock(key), LOCK_MS).unref();
    signal.throwIfAborted();
  }

  private async tryLock(key: string): Promise<boolean> {
    if (this.leases.liveOwners(key).has(key)) return false;
    try {
      return await this.leases.acquire(key, LOCK_MS);
    } catch (error) {
      this.logger.warn({ err: error, key }, 'identify lock could not be acquired; trying again');
      return false;
    }
  }

  /** Best effort: a lock that is not released expires. */
  private async unlock(key: string): Promise<void> {
    try {
      await this.leases.release(key);
    } catch (error) {
      this.logger.warn({ err: error, key }, 'identify lock was not released; it expires');
    }
  }
}
