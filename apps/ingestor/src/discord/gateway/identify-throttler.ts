import { setTimeout as sleep } from 'node:timers/promises';
import type { IIdentifyThrottler } from '@discordjs/ws';
import type { Logger } from '@discord-relay/platform';
import type { LeaseStore } from '../leases/lease-store.js';

/** Discord takes one identify per bucket in 5 s; the rest is for the way there. */
const HOLD_MS = 5_500;
const POLL_MS = 100;

/**
 * One identify per max_concurrency bucket at a time, over all replicas: a lock in NATS KV that is given back 5.5 s later,
 * or expires when its owner is gone. Everything is tried again in here: to the library a rejection means to identify.
 */
export class IdentifyThrottler implements IIdentifyThrottler {
  constructor(
    private readonly leases: LeaseStore,
    private readonly maxConcurrency: () => number,
    private readonly logger: Logger,
  ) {}

  /** Rejects only when `signal` aborts: the connection, or the shard, is gone. */
  async waitForIdentify(shardId: number, signal: AbortSignal): Promise<void> {
    const key = `identify.${shardId % this.maxConcurrency()}`;
    while (!(await this.tryLock(key))) await sleep(POLL_MS, undefined, { signal });
    setTimeout(() => void this.unlock(key), HOLD_MS).unref();
    signal.throwIfAborted();
  }

  private async tryLock(key: string): Promise<boolean> {
    if (this.leases.liveOwners(key).has(key)) return false;
    try {
      return await this.leases.acquire(key, HOLD_MS);
    } catch (error) {
      this.logger.warn({ err: error, key }, 'identify lock not reached; trying again');
      return false;
    }
  }

  /** Best effort: a lock that is not given back expires. */
  private async unlock(key: string): Promise<void> {
    try {
      await this.leases.release(key);
    } catch (error) {
      this.logger.warn({ err: error, key }, 'identify lock not given back; it expires');
    }
  }
}
