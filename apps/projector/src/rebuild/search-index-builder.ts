import type { Logger } from '@discord-relay/platform';
import type { Projection } from '../consume/projection.js';
import { ensureSearchIndex } from './search-index.js';

/** How long to wait before the next attempt after a failure, such as a full disk. */
const RETRY_AFTER_MS = 60_000;

/** Builds the search indexes of projections that have caught up, one at a time, in the background. */
export class SearchIndexBuilder {
  private readonly built = new WeakSet<Projection>();
  private readonly stopping = new AbortController();
  private building: { version: number; canceled: AbortController; done: Promise<void> } | undefined;
  private retryAtMs = 0;

  constructor(
    private readonly databaseUrl: string,
    private readonly logger: Logger,
  ) {}

  /** Whether the projection needs an index and the builder can start now. */
  needsBuild(projection: Projection): boolean {
    const isFree = this.building === undefined && performance.now() >= this.retryAtMs;
    return isFree && !this.stopping.signal.aborted && !this.built.has(projection);
  }

  build(projection: Projection): void {
    const canceled = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, canceled.signal]);
    const done = this.attempt(projection, signal).finally(() => (this.building = undefined));
    this.building = { version: projection.record.version, canceled, done };
  }

  /** Ends the build for the projection of this version, if it is the one that is running. */
  async cancel(version: number): Promise<void> {
    if (this.building?.version !== version) return;
    this.building.canceled.abort();
    await this.building.done;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.building?.done;
  }

  private async attempt(projection: Projection, signal: AbortSignal): Promise<void> {
    const { databaseUrl, logger } = this;
    const { record } = projection;
    try {
      const isBuilt = await ensureSearchIndex({ databaseUrl, record, logger }, signal);
      if (isBuilt) this.built.add(projection);
    } catch (err) {
      this.retryAtMs = performance.now() + RETRY_AFTER_MS;
      logger.warn(
        { err, projection: record.version },
        'cannot build the search index; searches are slow without it',
      );
    }
  }
}
