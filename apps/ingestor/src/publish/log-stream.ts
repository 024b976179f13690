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

export interface LogStreamSettings {
  /** What the operator asked for; undefined takes what the stream has. */
  partitions?: number;
  dedupWindowMs: number;
  replicas: number;
}

export interface LogStream {
  name: string;
  partitions: number;
  /** For how long the log that exists drops repeated message ids. */
  dedupWindowMs: number;
  newestSequence: number;
}

/**
 * The log's stream, made when it is missing. The number of partitions is fixed by the stream that exists.
 * @throws AppError LOG.PARTITIONS_MISMATCH; errors of the server while JetStream is not available
 */
export async function ensureLogStream(
  connection: NatsConnection,
  settings: LogStreamSettings,
): Promise<LogStream> {
  const manager = await jetstreamManager(connection);
  const { config, state } = (await findStream(manager)) ?? (await manager.streams.add(newStream(settings)));
  const partitions = partitionsOf(config);
  if (settings.partitions !== undefined && settings.partitions !== partitions) {
    throw new AppError(
      'LOG.PARTITIONS_MISMATCH',
      `stream ${LOG_STREAM} has ${partitions} partitions: set PARTITIONS=${partitions} or leave it unset`,
    );
  }
  const dedupWindowMs = millis(config.duplicate_window);
  return { name: LOG_STREAM, partitions, dedupWindowMs, newestSequence: state.last_seq };
}

async function findStream(manager: JetStreamManager): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(LOG_STREAM);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
      return undefined;
    throw error;
  }
}

/** `discard: new`: a full log refuses new events, which is felt as back-pressure; it never drops old ones. */
const newStream = ({ partitions = DEFAULT_PARTITIONS, dedupWindowMs, replicas }: LogStreamSettings) => ({
  name: LOG_STREAM,
  subjects: [LOG_SUBJECTS],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  compression: StoreCompression.S2,
  discard: DiscardPolicy.New,
  allow_direct: true,
  duplicate_window: nanos(dedupWindowMs),
  num_replicas: replicas,
  metadata: { [PARTITIONS_METADATA_KEY]: String(partitions) },
});

function partitionsOf({ metadata }: StreamConfig): number {
  const partitions = Number(metadata?.[PARTITIONS_METADATA_KEY]);
  if (Number.isInteger(partitions) && partitions > 0) return partitions;
  throw new AppError(
    'LOG.PARTITIONS_MISMATCH',
    `stream ${LOG_STREAM} has no metadata ${PARTITIONS_METADATA_KEY}: it was not made by this system; rename or remove it`,
  );
}
