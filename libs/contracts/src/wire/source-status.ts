import type { IsoTime } from '../formats.js';
/** The states of a shard's connection to Discord. */
export const SHARD_STATES = [
  'DISCONNECTED',
  'CONNECTING',
  'IDENTIFYING',
  'CONNECTED',
  'RECONNECTING',
] as const;
export type ShardState = (typeof SHARD_STATES)[number];

/**
 * `connected`: every known shard is connected to Discord; `partial`: some are not; `disconnected`: none is, or no ingestor
 * answers; `unknown`: the ingestors could not be queried, or have not been queried yet.
 */
export const SOURCE_STATES = ['connected', 'partial', 'disconnected', 'unknown'] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

export interface SourceShard {
  id: number;
  state: ShardState;
}

/** Whether new events arrive: the ingestors and their connections to Discord. */
export interface SourceStatus {
  state: SourceState;
  /** Number of ingestors that answer. */
  ingestors: number;
  /** Sorted by id. */
  shards: SourceShard[];
  /** ISO 8601: when Discord sent the last known event; null: none is known. */
  lastEventAt: IsoTime | null;
}
