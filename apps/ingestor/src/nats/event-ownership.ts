import type { Fence } from './log-fences.js';

/** The fence of the shard that an event is of. */
export interface EventFence {
  current: () => Fence | undefined;
  /** The log refuses it: raises another one, unless the lease is lost. */
  renew: () => Promise<void>;
}

/** One ownership of a shard: the events that were received in it. */
export interface EventLease {
  shardId: number;
  shardCount: number;
  /** Changes whenever another process may have recorded the shard in between. */
  tenure: string;
}

/** Whether this process may publish an event. */
export interface EventOwnership {
  lease: EventLease;
  /** `uncertain`: not now, perhaps later. */
  leaseStatus: () => 'held' | 'uncertain' | 'lost';
  fence: EventFence;
}
