import { RELAY_SCHEMA } from '@discord-relay/read-model';
import type { Database } from './database.js';
import { type Lease, LeaseStore } from './lease-store.js';

const IS_ACTIVE = `SELECT FROM ${RELAY_SCHEMA}.projections WHERE active AND schema = current_schema()`;

/**
 * Leases under which commits are announced; only the active projection grants them. A switch increments every epoch, so an
 * earlier claim is fenced off, and a later one fails the check here. Otherwise clients would receive changes that the next
 * projection has not committed yet.
 */
export class ActiveLeases extends LeaseStore {
  constructor(
    private readonly projection: Database,
    owner: string,
    leaseMs: number,
  ) {
    super(projection, owner, leaseMs);
  }

  override async claim(partition: number, ownEpoch?: number): Promise<Lease | null> {
    const lease = await super.claim(partition, ownEpoch);
    if (!lease) return null;
    const { length } = await this.projection.query(IS_ACTIVE);
    if (length > 0) return lease;
    await this.release(lease);
    return null;
  }
}
