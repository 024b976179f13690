import { AppError, type Snowflake } from '@discord-relay/contracts';
import type { Database } from './database.js';

/** The exclusive right to project a partition, and the checkpoint to continue from. */
export interface Lease {
  partition: number;
  /** Stream sequence of the last event whose rows are committed. */
  seq: number;
  /** The fence: a commit needs the epoch of the newest claim. */
  epoch: number;
  /** Creation time of the stream that `seq` counts in; null when nothing was projected yet. */
  streamCreatedAt: string | null;
  /** When the stream stored the message at `seq`; null when that is not known. */
  seqStoredAt: Date | null;
  /** Events up to this sequence produce no changes, also after another process claims the partition; 0: all do. */
  mutedUpTo: number;
  /** An earlier owner ended without releasing the lease: an event may have crashed it. */
  suspect: boolean;
  /** The last event that was handled alone, and the number of processes that tried. */
  handling: { seq: number; attempts: number };
  /**
   * The highest id of a stored message, once it is known: nothing is looked up for the creation of a message with a higher id. Only
   * the owner writes messages of the partition, and raises it with each batch. A retry of parked events does not, and another partition
   * might have the same message: then the insertion fails, which ends the lease, and the next one reads the id again.
   */
  highestMessageId?: Snowflake;
}

interface ClaimedRow {
  seq: string;
  epoch: string;
  stream_created_at: string | null;
  seq_stored_at: Date | null;
  muted_up_to: string | null;
  suspect: boolean;
  handling_seq: string | null;
  handling_attempts: number;
}

/** Longer than any LEASE_MS: a lease that ends later was granted before Postgres' clock was set back. */
export const LONGEST_LEASE = `interval '11 minutes'`;

const CLAIM = `
  INSERT INTO checkpoints AS c (partition, seq, epoch, owner, lease_until, updated_at)
  VALUES ($1, 0, 1, $2, now() + $3 * interval '1 ms', now())
  ON CONFLICT (partition) DO UPDATE
    SET epoch = c.epoch + 1, owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until, updated_at = now(),
        suspect = c.suspect OR (c.owner IS NOT NULL AND c.epoch <> $4)
    WHERE c.paused_at IS NULL AND (c.lease_until NOT BETWEEN now() AND now() + ${LONGEST_LEASE}
                                   OR c.owner IS NULL OR c.owner = EXCLUDED.owner)
  RETURNING seq, epoch, stream_created_at, seq_stored_at, muted_up_to, suspect, handling_seq, handling_attempts`;

const RENEW = `
  UPDATE checkpoints AS c SET lease_until = now() + $3 * interval '1 ms'
  FROM unnest($1::int[], $2::bigint[]) AS held(partition, epoch)
  WHERE c.partition = held.partition AND c.epoch = held.epoch
  RETURNING c.partition`;

const RELEASE = `
  UPDATE checkpoints
  SET owner = NULL, lease_until = now(), updated_at = now(),
      handling_attempts = handling_attempts - CASE WHEN handling_seq = $3 THEN 1 ELSE 0 END
  WHERE partition = $1 AND epoch = $2
  RETURNING partition`;

/** For a lost lease: the new owner has recorded its own attempt, and this process has not crashed. */
const FORGET_ATTEMPT = `
  UPDATE checkpoints SET handling_attempts = greatest(0, handling_attempts - 1)
  WHERE partition = $1 AND handling_seq = $2`;

const RECORD_ATTEMPT = `
  UPDATE checkpoints
  SET handling_attempts = CASE WHEN handling_seq = $1 THEN handling_attempts + 1 ELSE 1 END, handling_seq = $1
  WHERE partition = $2 AND epoch = $3
  RETURNING handling_attempts AS attempts`;

const CLEAR_SUSPECT = `
  UPDATE checkpoints SET suspect = false, handling_seq = NULL, handling_attempts = 0
  WHERE partition = $1 AND epoch = $2`;

/**
 * Leases of partitions, kept in their checkpoint rows. Times are those of Postgres, so the clocks of the processes need
 * not agree.
 */
export class LeaseStore {
  /** The event of each partition for which this process has recorded an attempt; its own retries do not count as crashes. */
  private readonly recorded = new Map<number, number>();

  constructor(
    private readonly database: Database,
    /** Names this process; see `leaseOwner`. No other process has, or had, the same name. */
    private readonly owner: string,
    readonly leaseMs: number,
  ) {}

  /**
   * Claims the partition and fences off its previous owner; null when another owner's lease is valid or the partition is
   * paused. `ownEpoch`: the epoch of this process's previous lease of the partition, if any; that one did not end in a crash.
   */
  async claim(partition: number, ownEpoch = 0): Promise<Lease | null> {
    const [row] = await this.database.query<ClaimedRow & Record<string, unknown>>(CLAIM, [
      partition,
      this.owner,
      this.leaseMs,
      ownEpoch,
    ]);
    if (!row) return null;
    return {
      partition,
      seq: Number(row.seq),
      epoch: Number(row.epoch),
      streamCreatedAt: row.stream_created_at,
      seqStoredAt: row.seq_stored_at,
      mutedUpTo: Number(row.muted_up_to ?? 0),
      suspect: row.suspect,
      handling: { seq: Number(row.handling_seq ?? 0), attempts: row.handling_attempts },
    };
  }

  /**
   * Records an attempt before this process handles the event alone: the number of attempts reveals an event that crashes
   * processes. A retry by the same process is not recorded again. Updates `lease.handling`.
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT when another owner has the partition
   */
  async recordAttempt(lease: Lease, seq: number): Promise<void> {
    const { partition, epoch } = lease;
    if (this.recorded.get(partition) === seq && lease.handling.seq === seq) return;
    const [row] = await this.database.query<{ attempts: number }>(RECORD_ATTEMPT, [seq, partition, epoch]);
    if (!row)
      throw new AppError('PROJECTION.CHECKPOINT_CONFLICT', `partition ${partition} has another owner`);
    this.recorded.set(partition, seq);
    lease.handling = { seq, attempts: row.attempts };
  }

  /** Ends the search for a poison event in this partition. */
  async clearSuspect(lease: Lease): Promise<void> {
    await this.database.query(CLEAR_SUSPECT, [lease.partition, lease.epoch]);
    this.recorded.delete(lease.partition);
    lease.suspect = false;
  }

  /** Renews leases; returns those that another owner has claimed. */
  async renew(leases: Lease[]): Promise<Lease[]> {
    if (leases.length === 0) return [];
    const held = await this.database.query<{ partition: number }>(RENEW, [
      leases.map((lease) => lease.partition),
      leases.map((lease) => lease.epoch),
      this.leaseMs,
    ]);
    const kept = new Set(held.map((row) => row.partition));
    return leases.filter((lease) => !kept.has(lease.partition));
  }

  /**
   * Ends the lease, so that another owner can claim the partition at once. Removes the attempt at the event that this process was
   * handling, also when the lease was lost, because the process has not crashed.
   */
  async release({ partition, epoch }: Lease): Promise<void> {
    const handled = this.recorded.get(partition);
    const released = await this.database.query(RELEASE, [partition, epoch, handled ?? null]);
    if (released.length === 0 && handled !== undefined)
      await this.database.query(FORGET_ATTEMPT, [partition, handled]);
    this.recorded.delete(partition);
  }
}
