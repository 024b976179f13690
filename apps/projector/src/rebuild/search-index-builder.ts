import type { Logger } from '@discord-relay/platform';
import type { Projection } from '../consume/projection.js';
import { ensureSearchIndex } from './search-index.js';

/** After a failure, such as a full disk, it is not tried again at once. */
const REST_AFTER_FAILURE_MS = 60_000;

/** Makes the search indexes of projections that have caught up, one at a time, beside everything else. */
export class SearchIndexes {
  private readonly there = new WeakSet<Projection>();
  private readonly stopping = new AbortController();
  private making: Promise<void> | undefined;
  private restUntilMs = 0;

  constructor(
    private readonly databaseUrl: string,
    private readonly logger: Logger,
  ) {}

  /** Whether this would do something for the projection now. */
  lacks(projection: Projection): boolean {
    const isFree = this.making === undefined && performance.now() >= this.restUntilMs;
    return isFree && !this.stopping.signal.aborted && !this.there.has(projection);
  }

  make(projection: Projection): void {
    this.making = this.attempt(projection).finally(() => (this.making = undefined));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.making;
  }

  private async attempt(projection: Projection): Promise<void> {
    const { databaseUrl, logger } = this;
    const { record } = projection;
    try {
      const isThere = await ensureSearchIndex({ databaseUrl, record, logger }, this.stopping.signal);
      if (isThere) this.there.add(projection);
    } catch (err) {
      this.restUntilMs = performance.now() + REST_AFTER_FAILURE_MS;
      logger.warn({ err, projection: record.version }, 'no search index; searches work without it, slowly');
    }
  }
}
