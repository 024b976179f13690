import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type GatewayApiConfig } from '../../config.js';
import { UserConcurrency } from './user-concurrency.js';

type PoolConfig = Pick<GatewayApiConfig, 'DATABASE_POOL_SIZE'>;

const shareOf = (poolSize: number, part: number): number => Math.max(1, Math.floor(poolSize / part));

/** A search may take seconds. */
@Injectable()
export class SearchLimit extends UserConcurrency {
  constructor(@Inject(CONFIG) { DATABASE_POOL_SIZE }: PoolConfig) {
    super(shareOf(DATABASE_POOL_SIZE, 2), 'search');
  }
}

/** A page of an export is many times as large as another page. */
@Injectable()
export class ExportLimit extends UserConcurrency {
  constructor(@Inject(CONFIG) { DATABASE_POOL_SIZE }: PoolConfig) {
    super(shareOf(DATABASE_POOL_SIZE, 4), 'export');
  }
}
