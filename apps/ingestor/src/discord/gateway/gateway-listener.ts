import type { AppError } from '@discord-relay/contracts';
import type { RawDispatch } from '../../normalize/events/normalize-result.js';
import type { OnSessionStarted } from './shards/session-provider.js';

/** Receives what comes from Discord. Its methods do not throw. */
export interface GatewayListener {
  onDispatch(shardId: number, dispatch: RawDispatch): void;
  onSessionStarted: OnSessionStarted;
  /** Discord refuses this bot for a reason that only an operator can remove. */
  onRefused(error: AppError): void;
  /** Resolves when there is room for more dispatches; no shard connects before. */
  whenRoom(): Promise<void>;
}

/** Whether a shard belongs to this replica. */
export interface ShardOwnership {
  /** False once another replica has the shard: its dispatches are no longer ours to record. */
  mayOwn(shardId: number): boolean;
  /** Resolves when the shard's lease is certainly ours; no shard connects before. */
  whenOwned(shardId: number, signal: AbortSignal): Promise<void>;
}
