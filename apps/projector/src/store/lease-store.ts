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
}

interface ClaimedRow {
  seq: string;
  epoch: string;
  stream_created_at: string | null;
}

const CLAIM = `
  INSERT INTO checkpoints AS c (partition, seq, epoch, owner, lease_until, updated_at)
  VALUES ($1, 0, 1, $2, now() + $3 * interval '1 ms', now())
  ON CONFLICT (partition) DO UPDATE
    SET epoch = c.epoch + 1, owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until, updated_at = now()
    WHERE c.lease_until < now() OR c.owner IS NULL OR c.owner = EXCLUDED.owner
  RETURNING seq, epoch, stream_created_at`;

const RENEW = `
  UPDATE checkpoints AS c SET lease_until = now() + $3 * interval '1 ms'
  FROM unnest($1::int[], $2::bigint[]) AS held(partition, epoch)
  WHERE c.partition = held.partition AND c.epoch = held.epoch
  RETURNING c.partition`;

const RELEASE = `
  UPDATE checkpoints SET owner = NULL, lease_until = now(), updated_at = now()
  WHERE partition = $1 AND epoch = $2`;

/** Leases of partitions, in their checkpoint rows. Times are Postgres' own, so clocks need not agree. */
export class LeaseStore {
  constructor(
    private readonly database: Database,
    /** Names this process; a second process of the same name would take its leases. */
    private readonly owner: string,
    readonly leaseMs: number,
  ) {}

  /** Takes the partition unless another owner's lease runs; null then. Fences off whoever had it before. */
  async claim(partition: number): Promise<Lease | null> {
    const [row] = await this.database.query<ClaimedRow & Record<string, unknown>>(CLAIM, [
      partition,
      this.owner,
      this.leaseMs,
    ]);
    if (!row) return null;
    return {
      partition,
      seq: Number(row.seq),
      epoch: Number(row.epoch),
      streamCreatedAt: row.stream_created_at,
    };
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

  /** Lets another owner claim at once. Without effect when the lease is lost already. */
  async release(lease: Lease): Promise<void> {
    await this.database.query(RELEASE, [lease.partition, lease.epoch]);
  }
}
