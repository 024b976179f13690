import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { millis, nanos, type NatsConnection } from '@nats-io/transport-node';
import {
  AppError,
  DEFAULT_PARTITIONS,
  LOG_STREAM,
  LOG_SUBJECTS,
  PARTITIONS_METADATA_KEY,
} from '@discord-relay/contracts';
import { serverClock } from '../support/server-clock.js';
import { withinLimits } from '../nats/buckets.js';

export interface LogStreamSettings {
  /** The operator's setting; default: the stream's own number. */
  partitions?: number;
  dedupWindowMs: number;
  replicas: number;
  /** Size limit of a new log in bytes; default: none. */
  maxBytes?: number;
}

export interface LogStream {
  name: string;
  partitions: number;
  /** How long the existing log drops repeated message ids. */
  dedupWindowMs: number;
  newestSequence: number;
  /** When the stream was created, which distinguishes it from a later stream of the same name. */
  created: string;
}

/** The oldest server version that supports batches without gaps. */
const OLDEST_SERVER = [2, 14] as const;

/**
 * Opens the log's stream, or creates it. An existing stream determines the number of partitions; a stream of an older version is
 * updated to accept batches.
 * @throws AppError LOG.PARTITIONS_MISMATCH, LOG.SERVER_TOO_OLD, LOG.STREAM_UNSUITABLE; server errors while
 * JetStream is not available
 */
export async function ensureLogStream(
  connection: NatsConnection,
  settings: LogStreamSettings,
): Promise<LogStream> {
  refuseOldServer(connection.info?.version ?? '');
  const manager = await jetstreamManager(connection);
  const found =
    (await findStream(manager)) ??
    (await withinLimits('LOG_MAX_BYTES', () => manager.streams.add(newStream(settings))));
  const partitions = partitionsOf(found.config);
  if (settings.partitions !== undefined && settings.partitions !== partitions) {
    throw new AppError(
      'LOG.PARTITIONS_MISMATCH',
      `stream ${LOG_STREAM} has ${partitions} partitions: set PARTITIONS=${partitions} or leave it unset`,
    );
  }
  serverClock.synchronize(found.ts);
  const { config, state, created } = found.config.allow_batched ? found : await allowBatches(manager, found);
  const dedupWindowMs = millis(config.duplicate_window);
  return { name: LOG_STREAM, partitions, dedupWindowMs, newestSequence: state.last_seq, created };
}

function refuseOldServer(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor >= OLDEST_SERVER[1])) return;
  const oldest = OLDEST_SERVER.join('.');
  throw new AppError(
    'LOG.SERVER_TOO_OLD',
    `nats-server ${version} cannot check the order of the log: upgrade every server to ${oldest} or newer`,
  );
}

async function allowBatches(manager: JetStreamManager, { config }: StreamInfo): Promise<StreamInfo> {
  try {
    const updated = await manager.streams.update(LOG_STREAM, { ...config, allow_batched: true });
    if (updated.config.allow_batched) return updated;
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError) || cause.code === JetStreamApiCodes.StreamNotFound) throw cause;
    throw unsuitable(cause.message, cause);
  }
  throw unsuitable('a server of the cluster is older than 2.14');
}

const unsuitable = (reason: string, cause?: unknown): AppError =>
  new AppError(
    'LOG.STREAM_UNSUITABLE',
    `stream ${LOG_STREAM} does not allow batches (${reason}): set allow_batched in its configuration`,
    { cause },
  );

async function findStream(manager: JetStreamManager): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(LOG_STREAM);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
      return undefined;
    throw error;
  }
}

/** `discard: new`: a full log rejects new events, which causes backpressure, and never drops old ones. */
const newStream = ({
  partitions = DEFAULT_PARTITIONS,
  dedupWindowMs,
  replicas,
  maxBytes,
}: LogStreamSettings) => ({
  name: LOG_STREAM,
  subjects: [LOG_SUBJECTS],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  compression: StoreCompression.S2,
  discard: DiscardPolicy.New,
  allow_direct: true,
  allow_batched: true,
  duplicate_window: nanos(dedupWindowMs),
  num_replicas: replicas,
  ...(maxBytes !== undefined && { max_bytes: maxBytes }),
  metadata: { [PARTITIONS_METADATA_KEY]: String(partitions) },
});

function partitionsOf({ metadata }: StreamConfig): number {
  const partitions = Number(metadata?.[PARTITIONS_METADATA_KEY]);
  if (Number.isInteger(partitions) && partitions > 0) return partitions;
  throw new AppError(
    'LOG.PARTITIONS_MISMATCH',
    `stream ${LOG_STREAM} has no metadata ${PARTITIONS_METADATA_KEY}: this system did not create it; rename or remove it`,
  );
}
