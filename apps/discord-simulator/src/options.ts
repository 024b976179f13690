import type { Logger } from 'pino';

/** Options of a simulator; every field has a default. Durations in milliseconds. */
export interface SimulatorOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** The only accepted token; undefined accepts any non-empty one. */
  token?: string;
  /** Where the world is stored between runs; undefined keeps it in memory. */
  stateFile?: string;
  scenario: 'none' | 'lively';
  /** Determines names, history and the lively scenario. */
  seed: number;
  /** Number of guilds created at the first start. */
  guilds: number;
  /** Messages per text channel that are created at the first start, with earlier dates. */
  historyPerChannel: number;
  heartbeatIntervalMs: number;
  /** Silence after which a connection is closed with 4009. */
  heartbeatTimeoutMs: number;
  /** Delay between the response to the upgrade and HELLO. */
  helloDelayMs: number;
  /** Maximum delay before op 9 answers a RESUME or IDENTIFY that fails; the minimum is a fifth of it. 0: no delay. */
  invalidSessionDelayMs: number;
  /** Time within which an interaction must be answered. */
  interactionWindowMs: number;
  /** How long a session without a connection can be resumed. */
  resumeWindowMs: number;
  /** Dispatches stored per session for RESUME. */
  replayBufferEvents: number;
  /** Bytes of dispatch data stored per session for RESUME. */
  replayBufferBytes: number;
  /** Payloads a client may send per connection and 60 s; 0 for no limit. */
  gatewayRateLimit: number;
  /** Unsent bytes above which a client that does not read is disconnected, resumably. */
  socketBufferBytes: number;
  /** Recommended shard count of `GET /gateway/bot`. */
  shards: number;
  maxConcurrency: number;
  /** The daily identify budget of `GET /gateway/bot`. */
  sessionStartTotal: number;
  maxGuildsPerShard: number;
  /** Intent bits that are refused with 4014, as if not enabled for the application. */
  disallowedIntents: number;
  /** The length of a minute of a thread's `auto_archive_duration`; 60000 as on Discord. */
  threadMinuteMs: number;
  /** Time within which all members of a guild are listed once; Discord's is 30000. */
  memberListWindowMs: number;
  messagesPerChannel: number;
  ledgerEntries: number;
  /** REST requests per route and channel (or guild) within `restBucketWindowMs`; 0 for no limit. */
  restBucketLimit: number;
  restBucketWindowMs: number;
  /** REST requests per second over all routes; 0 for no limit. */
  restGlobalLimit: number;
  /** Time within which a bucket of shards may identify once; 0 for no such limit. Discord's is 5000. */
  identifyWindowMs: number;
  /** When the daily budget is exhausted the token is reset: sessions end, and 4004 follows. */
  sessionStartEnforced: boolean;
  /** Dispatches stored for `GET /_sim/sent`, over all sessions; 0 for none. */
  sentEntries: number;
  /** The application for log-ins; undefined accepts any id and any secret. */
  oauthClientId?: string;
  oauthClientSecret?: string;
  /** `http://host:port` in the URLs of attachments; undefined: the listening address. */
  publicUrl?: string;
  /** Lifetime of an attachment's URL. */
  attachmentLifetimeMs: number;
  logger?: Logger;
}

export const DEFAULT_OPTIONS: Readonly<SimulatorOptions> = {
  host: '127.0.0.1',
  port: 0,
  scenario: 'none',
  seed: 1,
  guilds: 2,
  historyPerChannel: 20,
  heartbeatIntervalMs: 41_250,
  heartbeatTimeoutMs: 62_000,
  helloDelayMs: 20,
  invalidSessionDelayMs: 5000,
  interactionWindowMs: 3000,
  resumeWindowMs: 180_000,
  replayBufferEvents: 50_000,
  replayBufferBytes: 268_435_456,
  gatewayRateLimit: 120,
  socketBufferBytes: 134_217_728,
  shards: 1,
  maxConcurrency: 1,
  sessionStartTotal: 1000,
  maxGuildsPerShard: 2500,
  disallowedIntents: 0,
  threadMinuteMs: 60_000,
  memberListWindowMs: 30_000,
  messagesPerChannel: 10_000,
  ledgerEntries: 2_000_000,
  restBucketLimit: 0,
  restBucketWindowMs: 5000,
  restGlobalLimit: 0,
  identifyWindowMs: 0,
  sessionStartEnforced: false,
  sentEntries: 1_000_000,
  attachmentLifetimeMs: 86_400_000,
};

/** Adds defaults; the default heartbeat timeout depends on the interval. */
export function withDefaults(given: Partial<SimulatorOptions>): SimulatorOptions {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options: SimulatorOptions = { ...DEFAULT_OPTIONS, ...set };
  if (given.heartbeatIntervalMs !== undefined && given.heartbeatTimeoutMs === undefined) {
    options.heartbeatTimeoutMs = Math.ceil(given.heartbeatIntervalMs * 1.5);
  }
  return options;
}

/** Injection token of the options, which have no class. */
export const OPTIONS = Symbol('simulator options');
