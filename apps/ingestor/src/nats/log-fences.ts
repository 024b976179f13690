import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { fenceSubject, LOG_STREAM } from '@discord-relay/contracts';
import { serverClock } from '../support/server-clock.js';
import { FenceLine, type StoredFence } from './fence-line.js';

/** A header of a fence: the sequences of the fences that it continues, with commas. */
const CONTINUES = 'Relay-Continues';
const REQUEST_TIMEOUT_MS = 2_000;
const NO_FENCE: StoredFence = { sequence: 0, raisedAtMs: -Infinity, continues: [] };

/** The sequence of the message in the log that represents one ownership of a shard. */
export interface Fence {
  subject: string;
  sequence: number;
}

/** The fence under which an event was recorded. */
export interface EventFence extends Fence {
  /** The sequence that the event has to name; undefined when it must not be published any more. */
  expected(): number | undefined;
  /** Reads the newest fence, after the log has refused the expected one. */
  refresh(): Promise<void>;
}

/** The lease that a fence belongs to. */
export interface FencedLease {
  shardCount: number;
  shardId: number;
  /** Returns whether the store of leases confirms the lease; this process's clock has no influence. */
  renew(): Promise<boolean>;
}

/**
 * The fences of this process's shards. A process that acquires a lease raises a new fence; from then on the log refuses the events
 * that other processes recorded before. A fence names the earlier ones whose events its process has in its own spool.
 */
export class LogFences {
  private readonly lines = new Map<string, FenceLine>();
  private readonly leases = new Map<string, FencedLease>();
  private readonly owned = new Map<number, EventFence>();

  constructor(private readonly connection: NatsConnection) {}

  /** The fence under which the shard's events are recorded now. */
  of(shardId: number): EventFence | undefined {
    return this.owned.get(shardId);
  }

  /** The fence of an event from the spool. */
  recorded({ subject, sequence }: Fence): EventFence {
    return {
      subject,
      sequence,
      expected: () => this.lineOf(subject).expected(sequence),
      refresh: () => this.refresh(subject),
    };
  }

  /** Registers the fences of the spool's events before any of these is published. Rejects without NATS. */
  async adopt(fences: readonly (Fence & { sinceMs: number })[]): Promise<void> {
    for (const { subject, ...fence } of fences) this.lineOf(subject).add(fence);
    for (const subject of new Set(fences.map((fence) => fence.subject)))
      this.lineOf(subject).advance(await this.read(subject));
  }

  /**
   * Raises a fence for a lease, or continues that of the spool if its process has released the lease. False when the lease is lost.
   * Rejects without NATS, or when another process raises the fence.
   */
  async establish(lease: FencedLease, { takenOver }: { takenOver: boolean }): Promise<boolean> {
    const subject = fenceSubject(lease.shardCount, lease.shardId);
    const newest = await this.read(subject);
    // Confirmed after the fence was read, so that a fence that another process raises later is not taken for this one's.
    if (!(await lease.renew())) return false;
    const line = this.lineOf(subject);
    line.advance(newest);
    const sinceMs = serverClock.now();
    const continued = !takenOver && line.owns(newest);
    const sequence = continued ? newest.sequence : await this.raise(subject, newest.sequence, line.sequences);
    line.record({ sequence, sinceMs });
    this.leases.set(subject, lease);
    this.owned.set(lease.shardId, this.recorded({ subject, sequence }));
    return true;
  }

  /** If the log has lost the fence, the holder of the lease raises another one. */
  private async refresh(subject: string): Promise<void> {
    const line = this.lineOf(subject);
    const newest = await this.read(subject);
    const lease = newest.sequence < line.newest ? this.leases.get(subject) : undefined;
    if (lease && (await this.establish(lease, { takenOver: true }))) return;
    line.advance(newest);
  }

  private lineOf(subject: string): FenceLine {
    const line = this.lines.get(subject) ?? new FenceLine();
    this.lines.set(subject, line);
    return line;
  }

  private async read(subject: string): Promise<StoredFence> {
    const manager = await jetstreamManager(this.connection, {
      checkAPI: false,
      timeout: REQUEST_TIMEOUT_MS,
    });
    const message = await manager.streams.getMessage(LOG_STREAM, { last_by_subj: subject });
    if (!message) return NO_FENCE;
    const continues = message.header.get(CONTINUES);
    return {
      sequence: message.seq,
      raisedAtMs: message.time.getTime(),
      continues: continues === '' ? [] : continues.split(',').map(Number),
    };
  }

  private async raise(subject: string, before: number, continues: readonly number[]): Promise<number> {
    const all = headers();
    if (continues.length > 0) all.set(CONTINUES, continues.join(','));
    const options = { expect: { lastSubjectSequence: before }, headers: all };
    const js = jetstream(this.connection, { timeout: REQUEST_TIMEOUT_MS });
    return (await js.publish(subject, undefined, options)).seq;
  }
}
