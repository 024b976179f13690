import { AppError } from '@discord-relay/contracts';
import { instanceOf } from '@discord-relay/platform';
import type { Database } from './database.js';

/** The right to project a partition, and where to go on. */
export interface Lease {
  partition: number;
  /** Stream sequence of the last event whose rows are committed. */
  seq: number;
  /** The fence: a commit needs the epoch of the newest claim. */
  epoch: number;
  /** Creation time of the stream that `seq` counts in; null when nothing was projected yet. */
  streamCreatedAt: string | null;
  /** When the stream stored what it has at `seq`; null: not known. */
  seqStoredAt: Date | null;
  /** An owner before ended without a word: an event may have killed it. */
  suspect: boolean;
  /** The event that was handled alone last, and in how many processes. */
  handling: { seq: number; attempts: number };
}

/** What the owners of a projection have to agree on. */
export interface Census {
  /** Every projector that is alive, this one among them, in one order for all. */
  owners: string[];
  /** Partitions that an operator keeps from being projected. */
  paused: number[];
  /** Checkpoints of partitions without an owner whose lease runs. */
  unheld: ReadonlyMap<number, number>;
  /** Partitions with an owner whose lease runs. */
  held: number[];
}

interface ClaimedRow {
  seq: string;
  epoch: string;
  stream_created_at: string | null;
  seq_stored_at: Date | null;
  suspect: boolean;
  handling_seq: string | null;
  handling_attempts: number;
}

interface CensusRow extends Record<string, unknown> {
  others: string[];
  paused: number[];
  unheld: [number, number][];
  held: number[];
}

/** Longer than any LEASE_MS: a lease that ends later than this was given before the clock of Postgres went back. */
const LONGEST_LEASE = `interval '11 minutes'`;

const CLAIM = `
  INSERT INTO checkpoints AS c (partition, seq, epoch, owner, lease_until, updated_at)
  VALUES ($1, 0, 1, $2, now() + $3 * interval '1 ms', now())
  ON CONFLICT (partition) DO UPDATE
    SET epoch = c.epoch + 1, owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until, updated_at = now(),
        suspect = c.suspect OR (c.owner IS NOT NULL AND c.epoch <> $4)
    WHERE c.paused_at IS NULL AND (c.lease_until NOT BETWEEN now() AND now() + ${LONGEST_LEASE}
                                   OR c.owner IS NULL OR c.owner = EXCLUDED.owner)
  RETURNING seq, epoch, stream_created_at, seq_stored_at, suspect, handling_seq, handling_attempts`;

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

/** After the lease was lost: whoever took it counts the event anew, and this process did not die of it. */
const UNCOUNT = `
  UPDATE checkpoints SET handling_attempts = greatest(0, handling_attempts - 1)
  WHERE partition = $1 AND handling_seq = $2`;

/** Owners whose process has ended: they keep their names, so that an event that killed one of them is found. */
const SUCCEED = `
  WITH gone AS (
    DELETE FROM projectors WHERE owner <> $1 AND (owner = $2 OR starts_with(owner, $2 || '#')))
  UPDATE checkpoints SET lease_until = now()
  WHERE owner <> $1 AND (owner = $2 OR starts_with(owner, $2 || '#')) AND lease_until > now()`;

const CENSUS = `
  WITH me AS (
    INSERT INTO projectors (owner, alive_until) VALUES ($1, now() + $2 * interval '1 ms')
    ON CONFLICT (owner) DO UPDATE SET alive_until = EXCLUDED.alive_until)
  SELECT ARRAY(SELECT owner FROM projectors WHERE owner <> $1 AND alive_until BETWEEN now() AND now() + ${LONGEST_LEASE}) AS others,
         ARRAY(SELECT "partition" FROM checkpoints WHERE paused_at IS NOT NULL) AS paused,
         ARRAY(SELECT json_build_array("partition", seq) FROM checkpoints
               WHERE owner IS NULL OR lease_until NOT BETWEEN now() AND now() + ${LONGEST_LEASE}) AS unheld,
         ARRAY(SELECT "partition" FROM checkpoints
               WHERE owner IS NOT NULL AND lease_until BETWEEN now() AND now() + ${LONGEST_LEASE}) AS held`;

const LEAVE = `DELETE FROM projectors WHERE owner = $1 OR alive_until < now() - interval '1 hour'`;

/** The rows may not be there yet: a partition can be paused before it was ever claimed. */
const PAUSE = `
  INSERT INTO checkpoints AS c (partition, seq, epoch, lease_until, updated_at, paused_at)
  SELECT each, 0, 0, now(), now(), now() FROM unnest($1::int[]) AS each
  ON CONFLICT (partition) DO UPDATE SET paused_at = coalesce(c.paused_at, now())`;

const RESUME = `UPDATE checkpoints SET paused_at = NULL WHERE "partition" = ANY($1::int[])`;

const BEGIN_HANDLING = `
  UPDATE checkpoints
  SET handling_attempts = CASE WHEN handling_seq = $1 THEN handling_attempts + 1 ELSE 1 END, handling_seq = $1
  WHERE partition = $2 AND epoch = $3
  RETURNING handling_attempts AS attempts`;

const CLEAR = `
  UPDATE checkpoints SET suspect = false, handling_seq = NULL, handling_attempts = 0
  WHERE partition = $1 AND epoch = $2`;

/** Leases of partitions, in their checkpoint rows. Times are Postgres' own, so clocks need not agree. */
export class LeaseStore {
  /** The events that this process has counted itself as handling, by partition: trying again is not a death. */
  private readonly counted = new Map<number, number>();

  constructor(
    private readonly database: Database,
    /** Names this process, see `leaseOwner`: no other process has, or had, the same. */
    private readonly owner: string,
    readonly leaseMs: number,
  ) {}

  /**
   * Takes the partition unless another owner's lease runs or it is paused; null then. Fences off whoever had it before.
   * `ownEpoch` is that of this process's last lease of the partition: that one did not end by a death.
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
      suspect: row.suspect,
      handling: { seq: Number(row.handling_seq ?? 0), attempts: row.handling_attempts },
    };
  }

  /** Ends the leases of earlier processes of this instance, none of which lives any more: they are claimed at once. */
  async succeed(): Promise<void> {
    await this.database.query(SUCCEED, [this.owner, instanceOf(this.owner)]);
  }

  /** Says that this owner is alive, for the time of a lease, and tells who else is. */
  async census(): Promise<Census> {
    const [row] = await this.database.query<CensusRow>(CENSUS, [this.owner, this.leaseMs]);
    const { others, paused, unheld, held } = row!;
    return { owners: [...others, this.owner].sort(), paused, unheld: new Map(unheld), held };
  }

  /** Takes this owner out of the census: the others share its partitions. */
  async leave(): Promise<void> {
    await this.database.query(LEAVE, [this.owner]);
  }

  /** Whoever has the partitions gives them up after the batch at hand. */
  async pause(partitions: number[]): Promise<void> {
    await this.database.query(PAUSE, [partitions]);
  }

  async resume(partitions: number[]): Promise<void> {
    await this.database.query(RESUME, [partitions]);
  }

  /** Partitions that an operator keeps from being projected, in order. */
  async paused(): Promise<number[]> {
    const rows = await this.database.query<{ partition: number }>(
      'SELECT "partition" FROM checkpoints WHERE paused_at IS NOT NULL ORDER BY 1',
    );
    return rows.map(({ partition }) => partition);
  }

  /**
   * Counts this process as one that handles the event, before it does, so that one that kills processes is known by its
   * count; once, however often it tries. `lease.handling` tells how many there are, this one among them.
   * @throws AppError PROJECTION.CHECKPOINT_CONFLICT when another owner has the partition
   */
  async beginHandling(lease: Lease, seq: number): Promise<void> {
    const { partition, epoch } = lease;
    if (this.counted.get(partition) === seq && lease.handling.seq === seq) return;
    const [row] = await this.database.query<{ attempts: number }>(BEGIN_HANDLING, [seq, partition, epoch]);
    if (!row)
      throw new AppError('PROJECTION.CHECKPOINT_CONFLICT', `partition ${partition} has another owner`);
    this.counted.set(partition, seq);
    lease.handling = { seq, attempts: row.attempts };
  }

  /** The partition is above suspicion again. */
  async clear(lease: Lease): Promise<void> {
    await this.database.query(CLEAR, [lease.partition, lease.epoch]);
    this.counted.delete(lease.partition);
    lease.suspect = false;
  }

  /** Prolongs leases; returns those that are lost to another owner. */
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
   * Lets another owner claim at once; an event that this process was handling did not kill it, also when the lease is
   * lost already.
   */
  async release({ partition, epoch }: Lease): Promise<void> {
    const handled = this.counted.get(partition);
    const released = await this.database.query(RELEASE, [partition, epoch, handled ?? null]);
    if (released.length === 0 && handled !== undefined)
      await this.database.query(UNCOUNT, [partition, handled]);
    this.counted.delete(partition);
  }
}
