import { randomUUID } from 'node:crypto';

/**
 * Names each ownership of a shard. The name is stored with the session, so it tells whether another process has recorded
 * the shard since: then events of the earlier tenure are superseded. A process that finds its own tenure stored
 * continues it, also after a restart if its spool has events of it.
 */
export class ShardTenures {
  private readonly current = new Map<number, string>();
  /** Tenures that this process may continue. */
  private readonly own = new Map<number, string>();

  /** The tenure in which events of the shard may be published; undefined while the shard is not loaded. */
  of(shardId: number): string | undefined {
    return this.current.get(shardId);
  }

  /** The spool of this process has events of the tenure. */
  adopt(shardId: number, tenure: string): void {
    this.own.set(shardId, tenure);
  }

  /** @param stored what the stored session says; null: no session is stored */
  begin(shardId: number, stored: { tenure?: string } | null): void {
    const own = this.own.get(shardId);
    const continued = own !== undefined && (stored === null || stored.tenure === own);
    const tenure = continued ? own : randomUUID();
    this.own.set(shardId, tenure);
    this.current.set(shardId, tenure);
  }

  /** This process does not record the shard for now. */
  pause(shardId: number): void {
    this.current.delete(shardId);
  }

  /** Events of the tenure have been dropped: later ones must not be published any more. */
  end({ shardId, tenure }: { shardId: number; tenure: string }): void {
    if (this.own.get(shardId) === tenure) this.own.delete(shardId);
  }
}
