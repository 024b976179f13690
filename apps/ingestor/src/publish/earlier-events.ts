import type { NatsConnection } from '@nats-io/transport-node';
import type { LogFences } from '../nats/log-fences.js';
import { findStored } from './find-stored.js';
import type { DiskSpool } from './spool/disk-spool.js';
import { fromRecord, type SpooledEvent } from './spooled-event.js';

type SpooledFence = NonNullable<SpooledEvent['fence']> & { sinceMs: number };

/** The events that an earlier process left in the spool. */
export class EarlierEvents {
  /** Ids of those that the log already had: Discord may send them again after the log's deduplication window. */
  private stored: ReadonlySet<string> = new Set();

  /** @param end index of the first record of this process */
  constructor(private readonly end: number) {}

  /** Compares the events with the log, and passes the fences under which they were recorded to `fences`. */
  async compare(
    spool: DiskSpool,
    connection: NatsConnection,
    fences: LogFences,
  ): Promise<{ events: number; stored: number }> {
    const ids = new Set<string>();
    const recorded = new Map<string, SpooledFence>();
    let afterSequence = Infinity;
    for await (const record of spool.readAll()) {
      const { id, fence, queuedAtMs, ...event } = fromRecord(record);
      ids.add(id);
      afterSequence = Math.min(afterSequence, event.afterSequence);
      const key = fence && `${fence.subject} ${fence.sequence}`;
      // The first event of each fence is the oldest.
      if (key !== undefined && !recorded.has(key)) recorded.set(key, { ...fence!, sinceMs: queuedAtMs });
    }
    this.stored = await findStored(connection, afterSequence, (id) => ids.has(id));
    await fences.adopt([...recorded.values()]);
    return { events: ids.size, stored: this.stored.size };
  }

  /** Whether an earlier process wrote the record with this index. */
  includes(index: number): boolean {
    return index < this.end;
  }

  isStored(id: string): boolean {
    return this.stored.has(id);
  }
}
