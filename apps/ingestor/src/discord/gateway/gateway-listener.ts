import type { AppError } from '@discord-relay/contracts';
import type { RawDispatch } from '../../normalize/events/normalize-result.js';
import type { OnSessionStarted } from './shards/session-provider.js';

/** Receives the gateway's events. Its methods do not throw. */
export interface GatewayListener {
  onDispatch(shardId: number, dispatch: RawDispatch): void;
  onSessionStarted: OnSessionStarted;
  /** Discord rejects this bot for a reason that only an operator can remedy. */
  onRefused(error: AppError): void;
  /** Resolves when the outbox can take more dispatches; no shard connects before. */
  untilCapacity(): Promise<void>;
}

/** Whether a shard belongs to this replica. */
export interface ShardOwnership {
  /** False once another replica owns the shard: this one must not record its dispatches any more. */
  mayOwn(shardId: number): boolean;
  /** Resolves when this process certainly holds the shard's lease; no shard connects before. */
  untilOwned(shardId: number, signal: AbortSignal): Promise<void>;
}
