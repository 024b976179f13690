import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '@discord-relay/contracts';
import { CONFIG, type GatewayApiConfig } from '../../config.js';

/** A search may take seconds, so each user may run one at a time, and some connections are reserved for other requests. */
@Injectable()
export class SearchLimit {
  private readonly searching = new Set<string>();
  private readonly maxConcurrent: number;

  constructor(@Inject(CONFIG) { DATABASE_POOL_SIZE }: Pick<GatewayApiConfig, 'DATABASE_POOL_SIZE'>) {
    this.maxConcurrent = Math.max(1, Math.floor(DATABASE_POOL_SIZE / 2));
  }

  /** @throws AppError `REQUEST.RATE_LIMITED`, or what the search throws */
  async run<T>(userId: string, search: () => Promise<T>): Promise<T> {
    if (this.searching.has(userId))
      throw new AppError('REQUEST.RATE_LIMITED', 'your last search is still running');
    if (this.searching.size >= this.maxConcurrent)
      throw new AppError('REQUEST.RATE_LIMITED', 'too many searches: wait');
    this.searching.add(userId);
    try {
      return await search();
    } finally {
      this.searching.delete(userId);
    }
  }
}
