import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '@discord-relay/platform';
import type { IngestorConfig } from '../config.js';
import { LeaseStore } from '../discord/leases/lease-store.js';
import { SessionStore } from '../discord/sessions/session-store.js';
import { LogFences } from '../nats/log-fences.js';
import { bucketStorage } from './ingestor-settings.js';
import { ensureEphemeralStream } from '../publish/ephemeral-stream.js';
import { ensureLogStream, type LogStream } from '../publish/log-stream.js';
import { retryForever } from '../support/retry-forever.js';

/** The ingestor's streams and buckets in NATS. */
export interface IngestorStores {
  stream: LogStream;
  sessions: SessionStore;
  leases: LeaseStore;
  fences: LogFences;
}

/**
 * Opens the streams and buckets, and creates those that are missing. Waits while NATS is unavailable.
 * @throws AppError that an operator has to act on; the abort reason when stopped meanwhile
 */
export async function openStores(
  connection: NatsConnection,
  config: IngestorConfig,
  owner: string,
  retry: { signal: AbortSignal; logger: Logger },
): Promise<IngestorStores> {
  const { logger } = retry;
  const storage = bucketStorage(config);
  const logSettings = {
    partitions: config.PARTITIONS,
    dedupWindowMs: config.DEDUP_WINDOW_MS,
    replicas: config.STREAM_REPLICAS,
    maxBytes: config.LOG_MAX_BYTES,
  };
  const stream = await retryForever('opening the log', () => ensureLogStream(connection, logSettings), retry);
  if (config.RECORD_PRESENCE || config.RECORD_TYPING)
    await retryForever('opening the ephemeral stream', () => ensureEphemeralStream(connection), retry);
  const sessions = await retryForever(
    'opening the session store',
    () => SessionStore.open(connection, storage, owner, logger),
    retry,
  );
  const leases = await retryForever(
    'opening the leases',
    () => LeaseStore.open(connection, storage, owner, logger),
    retry,
  );
  return { stream, sessions, leases, fences: new LogFences(connection) };
}
