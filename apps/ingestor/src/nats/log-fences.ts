import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { fenceSubject, LOG_STREAM } from '@discord-relay/contracts';

/** The sequence of the newest message of a subject in the log, or 0. The log rejects messages that name an earlier one. */
export interface Fence {
  subject: string;
  sequence: number;
}

/** The lease that a fence belongs to. */
export interface FencedLease {
  shardCount: number;
  shardId: number;
  /** Returns whether the store of leases confirms the lease, whatever this process's clock says. */
  renew(): Promise<boolean>;
}

/**
 * The fences of this process's shards. A process that takes over a lease which was not released raises a new fence; from then on
 * the log rejects what the previous owner still sends.
 */
export class LogFences {
  private readonly fences = new Map<number, Fence>();

  constructor(private readonly connection: NatsConnection) {}

  of(shardId: number): Fence | undefined {
    return this.fences.get(shardId);
  }

  /** Does nothing when the lease is lost. Rejects without NATS, or when another process raises the fence. */
  async establish(lease: FencedLease, { raise }: { raise: boolean }): Promise<void> {
    const subject = fenceSubject(lease.shardCount, lease.shardId);
    const manager = await jetstreamManager(this.connection, { checkAPI: false });
    const newest = await manager.streams.getMessage(LOG_STREAM, { last_by_subj: subject });
    const before = newest?.seq ?? 0;
    // Confirmed after the fence was read, so that a fence that another process raises later is not taken for this one's.
    if (!(await lease.renew())) return;
    const sequence = raise ? await this.raise(subject, before) : before;
    this.fences.set(lease.shardId, { subject, sequence });
  }

  private async raise(subject: string, before: number): Promise<number> {
    const expect = { lastSubjectSequence: before };
    return (await jetstream(this.connection).publish(subject, undefined, { expect })).seq;
  }
}
