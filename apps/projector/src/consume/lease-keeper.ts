import { delay, type Logger, periodically, retryUntilDone } from '@discord-relay/platform';
import type { ProjectorMetrics } from '../metrics.js';
import type { LeaseStore, MembershipStore } from '../store/index.js';
import type { PartitionAssignment } from './partition-assignment.js';
import type { PartitionLoop } from './partition-loop.js';

/** Postgres may be back soon; partitions wait for the next heartbeat that succeeds. */
const HEARTBEAT_RETRY_MS = 250;
/** Added to the time at which a member expires, so that the heartbeat that is due then finds it expired. */
const EXPIRED_MS = 10;

/** How often a process that may own more partitions looks whether one is free, because the others are about to release some. */
const SEARCH_MS = 200;

/**
 * When the next heartbeat is due: regularly, when a member that died expires, so that its partitions are claimed at once, and soon
 * while this process may own more partitions.
 */
export const nextHeartbeatMs = (
  heartbeatMs: number,
  firstExpiryMs: number | null,
  hasCapacity: boolean,
): number =>
  Math.min(heartbeatMs, (firstExpiryMs ?? Infinity) + EXPIRED_MS, hasCapacity ? SEARCH_MS : Infinity);

interface LeaseTools {
  leases: LeaseStore;
  membership: MembershipStore;
  assignment: PartitionAssignment;
  metrics: ProjectorMetrics;
  logger: Logger;
}

/** Keeps this process a member of the projection, and its leases valid. */
export class LeaseKeeper {
  private heartbeats: Promise<void> = Promise.resolve();
  private nextHeartbeatMs: number;
  private failedBefore = false;

  constructor(
    private readonly loops: readonly PartitionLoop[],
    private readonly tools: LeaseTools,
  ) {
    this.nextHeartbeatMs = tools.membership.heartbeatMs;
  }

  /** The loops whose lease this process holds. */
  get owned(): PartitionLoop[] {
    return this.loops.filter((loop) => loop.lease !== null);
  }

  /** Resolves when this process may claim partitions, or when the signal aborts. */
  async join(signal: AbortSignal): Promise<void> {
    this.heartbeats = this.beginMembership(signal);
    await this.heartbeats;
  }

  /** Sends heartbeats and renews leases until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { leases, logger } = this.tools;
    this.heartbeats = this.sendHeartbeats(signal);
    await Promise.all([
      this.heartbeats,
      periodically(
        leases.leaseMs / 3,
        signal,
        () => this.renew(),
        (err) => logger.warn({ err }, 'cannot renew leases'),
      ),
    ]);
  }

  /** Ends the membership, after the last heartbeat. Leases that are not released yet go to the other projectors as they are released. */
  async leave(): Promise<void> {
    await this.heartbeats;
    try {
      await this.tools.membership.leave();
    } catch (err) {
      this.tools.logger.warn(
        { err },
        'cannot end the membership; the other projectors notice when it expires',
      );
    }
  }

  private async beginMembership(signal: AbortSignal): Promise<void> {
    await retryUntilDone(signal, () => this.tools.membership.expirePredecessors(), this.onFailedHeartbeat);
    await retryUntilDone(signal, () => this.heartbeat(), this.onFailedHeartbeat);
  }

  private async sendHeartbeats(signal: AbortSignal): Promise<void> {
    while (await delay(this.nextHeartbeatMs, signal)) {
      try {
        await this.heartbeat();
      } catch (error) {
        this.nextHeartbeatMs = HEARTBEAT_RETRY_MS;
        this.onFailedHeartbeat(error);
      }
    }
  }

  /** Finds out which projectors are alive, updates the assignment, and revokes the leases of paused and surplus partitions. */
  private async heartbeat(): Promise<void> {
    const { assignment, membership } = this.tools;
    const found = await membership.heartbeat();
    this.failedBefore = false;
    assignment.update(found);
    const { hasCapacity } = assignment;
    this.nextHeartbeatMs = nextHeartbeatMs(membership.heartbeatMs, found.firstExpiryMs, hasCapacity);
    const { owned } = this;
    const paused = owned.filter((loop) => assignment.paused.has(loop.partition));
    const others = owned.filter((loop) => !assignment.paused.has(loop.partition));
    const surplus = Math.max(0, assignment.surplus - paused.length);
    for (const loop of [...paused, ...others.slice(others.length - surplus)]) loop.revoke();
  }

  private async renew(): Promise<void> {
    const { owned } = this;
    this.tools.metrics.partitionsOwned.set(owned.length);
    const lost = await this.tools.leases.renew(owned.map((loop) => loop.lease!));
    for (const { partition, epoch } of lost) {
      this.tools.logger.warn({ partition, epoch }, 'lease lost');
      this.loops.find((loop) => loop.lease?.partition === partition && loop.lease.epoch === epoch)?.revoke();
    }
  }

  /** Warns once per outage. */
  private readonly onFailedHeartbeat = (err: unknown) => {
    this.tools.logger[this.failedBefore ? 'debug' : 'warn']({ err }, 'heartbeat failed');
    this.failedBefore = true;
  };
}
