import type { IngestorConfig } from '../config.js';
import { neededIntents } from '../discord/gateway/intents.js';
import type { OptionalKind } from '../normalize/events/normalize-result.js';
import type { LogStream } from '../publish/log-stream.js';
import type { BucketStorage } from '../nats/buckets.js';

/** How KV buckets are stored. */
export const bucketStorage = (config: IngestorConfig): BucketStorage => ({
  replicas: config.STREAM_REPLICAS,
  maxBytes: config.KV_MAX_BYTES,
});

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function optionalKinds(config: IngestorConfig): ReadonlySet<OptionalKind> {
  const kinds = new Set<OptionalKind>();
  if (config.RECORD_PRESENCE) kinds.add('presence');
  if (config.RECORD_TYPING) kinds.add('typing');
  if (config.RECORD_UNKNOWN) kinds.add('unknown');
  return kinds;
}

export const backfillSettings = (config: IngestorConfig, { partitions }: LogStream) => ({
  token: config.DISCORD_TOKEN,
  apiUrl: config.DISCORD_API_URL,
  requestsPerSecond: config.BACKFILL_REQUESTS_PER_S,
  limits: {
    importMessages: config.BACKFILL_LIMIT,
    compareMessages: config.BACKFILL_COMPARE_MESSAGES,
    horizonMs: config.BACKFILL_HORIZON_HOURS * HOUR_MS,
    archivedThreads: config.BACKFILL_THREADS,
    attempts: { attempts: config.BACKFILL_ATTEMPTS, giveUpMs: config.BACKFILL_GIVE_UP_MIN * MINUTE_MS },
  },
  maxRefusals: config.BACKFILL_MAX_REFUSALS,
  alertMs: config.BACKFILL_ALERT_MIN * MINUTE_MS,
  partitions,
  storage: bucketStorage(config),
  guildIds: config.DISCORD_GUILD_ID,
});

export const shardManagerSettings = (config: IngestorConfig) => ({
  token: config.DISCORD_TOKEN,
  apiUrl: config.DISCORD_API_URL,
  shards: config.SHARDS,
  intents: neededIntents(config.DISCORD_INTENTS, config),
  requestsMemberLists: config.RECORD_MEMBERS,
  guildIds: config.DISCORD_GUILD_ID && new Set(config.DISCORD_GUILD_ID),
  identifyReserve: config.IDENTIFY_RESERVE,
  resumeLimits: { attempts: config.RESUME_ATTEMPTS, giveUpMs: config.RESUME_GIVE_UP_MS },
  ttlMs: config.LEASE_TTL_MS,
  renewMs: config.LEASE_RENEW_MS,
  watchdogMinSilenceMs: config.WATCHDOG_MIN_SILENCE_MS,
});

export const publisherSettings = (
  config: IngestorConfig,
  { dedupWindowMs, newestSequence, created }: LogStream,
) => ({
  created,
  dedupWindowMs,
  newestSequence,
  maxInFlight: config.PUBLISH_MAX_IN_FLIGHT,
  maxInFlightBytes: config.PUBLISH_MAX_IN_FLIGHT_BYTES,
  ackWaitMs: config.PUBLISH_ACK_WAIT_MS,
  inboxPrefix: config.NATS_INBOX_PREFIX,
});

/** With a spool on disk, memory holds little more than what may be in flight. */
export const outboxSettings = (config: IngestorConfig) => ({
  queueMax: config.SPOOL_DIR
    ? Math.min(config.PUBLISH_QUEUE_MAX, config.PUBLISH_MAX_IN_FLIGHT * 4)
    : config.PUBLISH_QUEUE_MAX,
  queueMaxBytes: config.PUBLISH_MAX_IN_FLIGHT_BYTES * 2,
  spoolMaxBytes: config.SPOOL_MAX_BYTES,
});
