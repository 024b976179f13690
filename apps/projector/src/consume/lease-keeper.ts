import { type Logger, periodically, retryUntilDone } from '@discord-relay/platform';
import type { ProjectorMetrics } from '../metrics.js';
import type { LeaseStore, MembershipStore } from '../store/index.js';
import type { PartitionAssignment } from './partition-assignment.js';
import type { PartitionLoop } from './partition-loop.js';

const HEARTBEAT_MS = 1_000;

interface LeaseTools {
  leases: LeaseStore;
  membership: MembershipStore;
  assignment: PartitionAssignment;
  metrics: ProjectorMetrics;
  logger: Logger;
}

/** Keeps this process a member of the projection, and its leases valid. */
export class LeaseKeeper {
  constructor(
    private readonly loops: readonly PartitionLoop[],
    private readonly tools: LeaseTools,
  ) {}

  /** The loops whose lease this process holds. */
  get owned(): PartitionLoop[] {
    return this.loops.filter((loop) => loop.lease !== null);
  }

  /** Resolves when this process may claim partitions, or when the signal aborts. */
  async join(signal: AbortSignal): Promise<void> {
    await retryUntilDone(signal, () => this.tools.membership.expirePredecessors(), this.onFailedHeartbeat);
    await retryUntilDone(signal, () => this.heartbeat(), this.onFailedHeartbeat);
  }

  /** Sends heartbeats and renews leases until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { leases, logger } = this.tools;
    const renewMs = leases.leaseMs / 3;
    await Promise.all([
      periodically(Math.min(HEARTBEAT_MS, renewMs), signal, () => this.heartbeat(), this.onFailedHeartbeat),
      periodically(
        renewMs,
        signal,
        () => this.renew(),
        (err) => logger.warn({ err }, 'cannot renew leases'),
      ),
    ]);
  }

  async leave(): Promise<void> {
    try {
      await this.tools.membership.leave();
    } catch (err) {
      this.tools.logger.warn(
        { err },
        'cannot end the membership; the other projectors notice when it expires',
      );
    }
  }

  /** Finds out which projectors are alive, updates the assignment, and revokes the leases of paused and surplus partitions. */
  private async heartbeat(): Promise<void> {
    const { assignment, membership } = this.tools;
    assignment.update(await membership.heartbeat());
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

  private readonly onFailedHeartbeat = (err: unknown) => this.tools.logger.warn({ err }, 'heartbeat failed');
}
