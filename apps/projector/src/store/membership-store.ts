import { instanceOf } from '@discord-relay/platform';
import type { Database } from './database.js';
import { LONGEST_LEASE } from './lease-store.js';

/** The shared state of the projectors of a projection. */
export interface Membership {
  /** Every living projector, including this one, in an order that is the same for all of them. */
  owners: string[];
  /** Projectors that sent no heartbeat for too long and have not left. */
  expired: string[];
  /** Partitions that an operator has paused. */
  paused: number[];
  /** Checkpoints of the partitions without an owner whose lease is valid. */
  unowned: ReadonlyMap<number, number>;
  /** Partitions with an owner whose lease is valid. */
  owned: number[];
  /** How long the first of the others is alive without another heartbeat; null without others. */
  firstExpiryMs: number | null;
}

interface MembershipRow extends Record<string, unknown> {
  others: string[];
  expired: string[];
  paused: number[];
  unowned: [number, number][];
  owned: number[];
  first_expiry_ms: number | null;
}

const HEARTBEAT_MS = 1_000;

/** The owners' names stay in `checkpoints`, so that an event that crashed one of them is still found. */
const EXPIRE_PREDECESSORS = `
  WITH gone AS (
    DELETE FROM projectors WHERE owner <> $1 AND (owner = $2 OR starts_with(owner, $2 || '#')))
  UPDATE checkpoints SET lease_until = now()
  WHERE owner <> $1 AND (owner = $2 OR starts_with(owner, $2 || '#')) AND lease_until > now()`;

const HEARTBEAT = `
  WITH me AS (
    INSERT INTO projectors (owner, alive_until) VALUES ($1, now() + $2 * interval '1 ms')
    ON CONFLICT (owner) DO UPDATE SET alive_until = EXCLUDED.alive_until),
  others AS (
    SELECT owner, alive_until FROM projectors WHERE owner <> $1 AND alive_until BETWEEN now() AND now() + ${LONGEST_LEASE})
  SELECT ARRAY(SELECT owner FROM others) AS others,
         ARRAY(SELECT owner FROM projectors WHERE owner <> $1 AND alive_until < now()) AS expired,
         (SELECT extract(epoch FROM min(alive_until) - now())::float8 * 1000 FROM others) AS first_expiry_ms,
         ARRAY(SELECT "partition" FROM checkpoints WHERE paused_at IS NOT NULL) AS paused,
         ARRAY(SELECT json_build_array("partition", seq) FROM checkpoints
               WHERE owner IS NULL OR lease_until NOT BETWEEN now() AND now() + ${LONGEST_LEASE}) AS unowned,
         ARRAY(SELECT "partition" FROM checkpoints
               WHERE owner IS NOT NULL AND lease_until BETWEEN now() AND now() + ${LONGEST_LEASE}) AS owned`;

const LEAVE = `DELETE FROM projectors WHERE owner = $1 OR alive_until < now() - interval '1 hour'`;

/** Which projectors are alive. Times are those of Postgres, so the clocks of the processes need not agree. */
export class MembershipStore {
  constructor(
    private readonly database: Database,
    /** Names this process; see `leaseOwner`. No other process has, or had, the same name. */
    private readonly owner: string,
    private readonly leaseMs: number,
  ) {}

  /** Ends the leases of earlier processes of this instance, none of which is alive, so that they can be claimed at once. */
  async expirePredecessors(): Promise<void> {
    await this.database.query(EXPIRE_PREDECESSORS, [this.owner, instanceOf(this.owner)]);
  }

  /** How often to call {@link heartbeat}. */
  get heartbeatMs(): number {
    return Math.min(HEARTBEAT_MS, this.leaseMs / 3);
  }

  /** Records that this process is alive, for the duration of a lease, and returns who else is. */
  async heartbeat(): Promise<Membership> {
    const [row] = await this.database.query<MembershipRow>(HEARTBEAT, [this.owner, this.leaseMs]);
    const { others, expired, paused, unowned, owned, first_expiry_ms: firstExpiryMs } = row!;
    const owners = [...others, this.owner].sort();
    return { owners, expired, paused, unowned: new Map(unowned), owned, firstExpiryMs };
  }

  /** Removes this process, so that the others divide its partitions among themselves. */
  async leave(): Promise<void> {
    await this.database.query(LEAVE, [this.owner]);
  }
}
