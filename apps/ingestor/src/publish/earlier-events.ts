import type { NatsConnection } from '@nats-io/transport-node';
import { findStored } from './find-stored.js';
import type { EventLease } from './outgoing-event.js';
import type { DiskSpool } from './spool/disk-spool.js';
import { fromRecord } from './spooled-event.js';

/** Events that an earlier process left in the spool. */
export class EarlierEvents {
  /** Ids that the log already had: Discord may send them again when the log has forgotten them. */
  private stored: ReadonlySet<string> = new Set();
  private readonly leaseByShard = new Map<number, EventLease>();

  /** @param end index behind their last record */
  constructor(private readonly end: number) {}

  /**
   * Finds out which of them the log has.
   * @throws AppError LOG.UNAVAILABLE, LOG.SPOOL_DAMAGED, errors of the server
   */
  async compare(spool: DiskSpool, connection: NatsConnection): Promise<{ events: number; stored: number }> {
    const ids = new Set<string>();
    let afterSequence = Infinity;
    for await (const record of spool.readAll()) {
      const event = fromRecord(record);
      ids.add(event.id);
      afterSequence = Math.min(afterSequence, event.afterSequence);
      if (event.lease) this.leaseByShard.set(event.lease.shardId, event.lease);
    }
    this.stored = await findStored(connection, afterSequence, (id) => ids.has(id));
    return { events: ids.size, stored: this.stored.size };
  }

  includes(index: number): boolean {
    return index < this.end;
  }

  isStored(id: string): boolean {
    return this.stored.has(id);
  }

  /** The newest lease of each shard. */
  get leases(): EventLease[] {
    return [...this.leaseByShard.values()];
  }
}
