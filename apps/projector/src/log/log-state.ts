import { AppError, LOG_STREAM, partitionSubject, PARTITIONS_METADATA_KEY } from '@discord-relay/contracts';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { streamClock } from './stream-clock.js';

/** The newest sequence of the stream, and when it was stored. */
export interface LogEnd {
  lastSeq: number;
  lastStoredAt: Date;
}

/** The stream's creation time, which identifies it, and the range of its messages. */
export interface LogIdentity {
  /** Creation time, as JetStream writes it. */
  createdAt: string;
  /** The oldest sequence; an empty stream has `firstSeq = lastSeq + 1`, a new one 0 and 0. */
  firstSeq: number;
  lastSeq: number;
}

/** Whether the error says that there is no log yet. */
export const isStreamMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;

/** @throws the API's error, see {@link isStreamMissing} */
async function readLogIdentity(jsm: JetStreamManager): Promise<LogIdentity> {
  const { created, state, ts } = await jsm.streams.info(LOG_STREAM);
  streamClock.observe(ts);
  return { createdAt: String(created), firstSeq: state.first_seq, lastSeq: state.last_seq };
}

/** The evidence that the log doctor compares with a checkpoint at `seq`. `storedAt` is null when the stream has no message there. */
export interface LogEvidence {
  log: LogIdentity;
  storedAt: Date | null;
}

/** Reads the message before the stream's state, which then shows a deletion of the message in between. @throws the API's error */
export async function readLogEvidence(jsm: JetStreamManager, seq: number): Promise<LogEvidence> {
  const at = await storedAt(jsm, seq);
  return { log: await readLogIdentity(jsm), storedAt: at };
}

/** When the stream stored the message at `seq`; null when there is none. @throws the API's error */
export async function storedAt(jsm: JetStreamManager, seq: number): Promise<Date | null> {
  if (seq === 0) return null;
  return (await jsm.streams.getMessage(LOG_STREAM, { seq }))?.time ?? null;
}

/**
 * The end of the log, if it is after `seq` and no message between them is, or was, of the partition; otherwise null. It reads
 * the stream itself, in this order, because a consumer's pending count may be slightly out of date.
 */
export async function idleLogEnd(
  jsm: JetStreamManager,
  partition: number,
  seq: number,
  streamCreatedAt: string,
): Promise<LogEnd | null> {
  const { lastSeq } = await readLogIdentity(jsm);
  const lastStoredAt = await storedAt(jsm, lastSeq);
  const newest = await jsm.streams.getMessage(LOG_STREAM, { last_by_subj: partitionSubject(partition) });
  const { firstSeq, createdAt } = await readLogIdentity(jsm);
  const isWhole = createdAt === streamCreatedAt && firstSeq <= seq + 1;
  return isWhole && lastStoredAt && lastSeq > seq && (newest?.seq ?? 0) <= seq
    ? { lastSeq, lastStoredAt }
    : null;
}

/**
 * The number of partitions, which is fixed when the log is created.
 * @throws AppError LOG.PARTITIONS_MISMATCH when the stream's metadata lack it; the API's error when there is no stream
 */
export async function readPartitionCount(jsm: JetStreamManager): Promise<number> {
  const info: StreamInfo = await jsm.streams.info(LOG_STREAM);
  streamClock.observe(info.ts);
  const partitions = Number(info.config.metadata?.[PARTITIONS_METADATA_KEY]);
  if (Number.isInteger(partitions) && partitions > 0) return partitions;
  throw new AppError(
    'LOG.PARTITIONS_MISMATCH',
    `stream ${LOG_STREAM} has no usable metadata ${PARTITIONS_METADATA_KEY}: the ingestor did not create it`,
  );
}

/** Stream sequence of the newest event of each partition; 0 where there is none. @throws the API's error */
export async function partitionEnds(jsm: JetStreamManager, partitions: number): Promise<number[]> {
  return await Promise.all(
    Array.from({ length: partitions }, async (_, partition) => {
      const query = { last_by_subj: partitionSubject(partition) };
      return (await jsm.streams.getMessage(LOG_STREAM, query))?.seq ?? 0;
    }),
  );
}
