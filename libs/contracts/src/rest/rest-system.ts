import type { IsoTime, Seq } from '../formats.js';
import type { Snowflake } from '../snowflake.js';
import type { ServiceName } from '../service-name.js';
import type { ShardState } from '../wire/source-status.js';
import type { RestGap } from './rest-gaps.js';

/** A process of a service that answered. */
export interface SystemInstance {
  service: ServiceName;
  instance: string;
  state: 'starting' | 'ready' | 'degraded' | 'stopping';
  version: string;
  uptimeMs: number;
  /** Failed checks, and other problems that an operator should look at. */
  problems: { check: string; detail: string }[];
}

export interface SystemShard {
  id: number;
  state: ShardState;
  /** The ingestor that holds its connection; null: none does. */
  instance: string | null;
  /** Failed attempts to connect since the last success. */
  failures: number;
}

/** A partition of the log as its projector sees it. */
export interface SystemPartition {
  partition: number;
  /** `live`, `replaying`, `paused`, `retrying`, `stopped`, …; as in `relay status`. */
  state: string;
  /** null: no projector owns it. */
  instance: string | null;
  /** Events behind the end of the log. */
  lag: number;
  /** Age of the oldest event that is not projected yet. */
  lagSeconds: number;
  problem: string | null;
}

/** An event that could not be written; `relay parked show` prints it in full. */
export interface SystemParkedEvent {
  seq: Seq;
  subject: string;
  code: string;
  parkedAt: IsoTime;
}

/** `GET /api/v1/system`: what `relay status` says, for admins without a guild limit. */
export interface RestSystem {
  /** When it was read, ISO 8601. */
  at: IsoTime;
  instances: SystemInstance[];
  /** Services of which no process answered. */
  silent: ServiceName[];
  shards: SystemShard[];
  partitions: SystemPartition[];
  /** The first ones of `count`. */
  parked: { count: number; first: SystemParkedEvent[] };
  /** The oldest ones of `count`. */
  openGaps: { count: number; oldest: SystemGap[] };
}

/** A gap that backfill has not closed yet. */
export type SystemGap = Pick<RestGap, 'gapId' | 'cause' | 'openedAt' | 'from' | 'to'> & {
  guildId: Snowflake;
  guildName: string | null;
};
