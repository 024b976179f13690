import type { Pool } from 'pg';
import type { ActiveProjection } from '@discord-relay/read-model';

/** The connections to one projection; they can be closed while queries run. */
export class ProjectionPool {
  private users = 0;
  private idle: (() => void) | undefined;

  constructor(
    readonly projection: ActiveProjection,
    private readonly pool: Pool,
  ) {}

  /** Keeps the pool open until `work` has ended. */
  async use<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      return await work(this.pool);
    } finally {
      this.users -= 1;
      if (this.users === 0) this.idle?.();
    }
  }

  /** Closes the pool when the last use has ended; no new use can start. */
  async close(): Promise<void> {
    // A pool that is ended rejects callers that wait for a connection, so they are served first.
    if (this.users > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    await this.pool.end();
  }
}
