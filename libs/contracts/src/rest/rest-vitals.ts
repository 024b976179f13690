import type { DecimalId, IsoTime, Megabytes } from '../formats.js';
import type { ErrorCode } from '../errors.js';
import type { SourceStatus } from '../wire/source-status.js';

/** The body of every failed HTTP request (RFC 9457), with the code that sockets use too. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Stable; see docs/errors.md. */
  code: ErrorCode;
  retryable: boolean;
  requestId: string;
}

export interface RestConnections {
  /** Connected client sockets. */
  total: number;
  /** Shards connected to Discord. */
  discord: number;
}

/** `GET /api/health` */
export interface RestHealth {
  status: 'healthy' | 'degraded';
  timestamp: IsoTime;
  /** Seconds. */
  uptime: number;
  connections: RestConnections;
  /** Resident memory, and the memory that the process may use. */
  memory: { used: Megabytes; total: Megabytes };
  environment: string;
  source: SourceStatus;
}

/** Which channels have subscribers at this replica. */
export interface RestSubscribedChannels {
  /** Equal to `channels`: only the Socket.IO rooms of channels are counted. */
  total: number;
  channels: number;
  /** Only channels that the caller may see; empty without a token. */
  activeChannels: { channelId: DecimalId; userCount: number }[];
}

export interface RestPerformance {
  /** Mean delay of the event loop in the last seconds, in nanoseconds. */
  eventLoopDelay: number;
  /** CPU time since the start of the process, in microseconds. */
  cpuUsage: { user: number; system: number };
}

/** `GET /api/metrics` */
export interface RestMetrics {
  connections: RestConnections;
  rooms: RestSubscribedChannels;
  performance: RestPerformance;
}
