import type { Logger } from '@discord-relay/platform';
import type { Publisher } from '../commit/announcer.js';
import type { BatchLimits } from '../log/batch-buffer.js';
import type { ProjectorMetrics } from '../metrics.js';
import { Database } from '../store/index.js';
import type { LogClients } from './partition-consumer.js';

export interface ProjectionOptions {
  databaseUrl: string;
  poolSize: number;
  /** Names this process as an owner of partitions. */
  owner: string;
  leaseMs: number;
  limits: BatchLimits;
  /** How often the checkpoint of a quiet partition moves to the end of the log. */
  followEndMs: number;
  changesRetentionHours: number;
}

/** The connections to the log and to the subjects on which changes are announced. */
export interface LogAccess extends LogClients {
  /** As in {@link ConsumerTools}. */
  quick: LogClients;
  publisher: Publisher;
  partitions: number;
}

/**
 * `active`: its commits are announced. `following`: it keeps up, including change rows, and announces nothing, so that it is
 * complete when it becomes active. `building`: it replays the log without change rows, which no client can need.
 */
export type ProjectionRole = 'active' | 'following' | 'building';

export interface ProjectionTools {
  metrics: ProjectorMetrics;
  logger: Logger;
  /** Open connections to use; default: new ones. */
  database?: Database;
}

export const openProjectionDatabase = (
  schema: string,
  { databaseUrl: url, poolSize, owner, leaseMs: idleInTransactionMs }: ProjectionOptions,
  logger: Logger,
): Database =>
  new Database({ url, schema, applicationName: `projector/${owner}`, poolSize, idleInTransactionMs }, logger);
