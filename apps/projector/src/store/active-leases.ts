import { RELAY_SCHEMA } from '@discord-relay/read-model';
import { type Database, type Lease, LeaseStore } from './index.js';

const IS_ACTIVE = `SELECT FROM ${RELAY_SCHEMA}.projections WHERE active AND schema = current_schema()`;

/**
 * Leases under which commits are announced: they are had of the active projection only. A switch moves every epoch, so
 * a claim from before it is fenced off, and one from after it finds here that it is too late. Otherwise clients would
 * be told of changes that the next projection has not committed yet.
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
