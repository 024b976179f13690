import type { Pool } from 'pg';
import type { ActiveProjection } from '@discord-relay/read-model';

/** The connections to one projection, which can be given up while they are in use. */
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

  /** Closes it when the last use has ended; nobody may begin another one. */
  async close(): Promise<void> {
    // A pool that is ended drops those who wait for a connection: they come first.
    if (this.users > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    await this.pool.end();
  }
}
