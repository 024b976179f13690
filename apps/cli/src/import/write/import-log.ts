import { JetStreamApiCodes, JetStreamApiError, jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError, LOG_STREAM, PARTITIONS_METADATA_KEY } from '@discord-relay/contracts';

/** The log into which an import writes. */
export interface ImportLog {
  partitions: number;
  /** When the log was created, which distinguishes it from another one. */
  created: string;
  /** The present time by the clock of the NATS servers, in milliseconds since the Unix epoch. */
  nowMs: () => number;
}

/** Opens the log. @throws AppError LOG.UNAVAILABLE, LOG.STREAM_UNSUITABLE */
export async function openImportLog(connection: NatsConnection): Promise<ImportLog> {
  const { config, created, ts } = await streamInfo(connection);
  const partitions = Number(config.metadata?.[PARTITIONS_METADATA_KEY]);
  if (!config.allow_batched || !Number.isInteger(partitions) || partitions < 1)
    throw new AppError(
      'LOG.STREAM_UNSUITABLE',
      `start an ingestor of this version once: it sets up stream ${LOG_STREAM}`,
    );
  const offsetMs =
    Date.parse(ts ?? new Date(performance.timeOrigin + performance.now()).toISOString()) - performance.now();
  return { partitions, created, nowMs: () => Math.round(offsetMs + performance.now()) };
}

async function streamInfo(connection: NatsConnection): Promise<StreamInfo> {
  const { streams } = await jetstreamManager(connection, { checkAPI: false });
  try {
    return await streams.info(LOG_STREAM);
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError) || cause.code !== JetStreamApiCodes.StreamNotFound) throw cause;
    throw new AppError('LOG.UNAVAILABLE', `there is no stream ${LOG_STREAM}: start the ingestor once`, {
      cause,
    });
  }
}
