import { LOG_STREAM, partitionSubject, PARTITIONS_METADATA_KEY, AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import {
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { Inbox } from './inbox.js';
import type { LogEnd, LogIdentity } from './log-doctor.js';

/** One message of the log. */
export interface LogEntry {
  seq: number;
  subject: string;
  data: Uint8Array;
  sizeBytes: number;
  /** When JetStream stored it, milliseconds since the Unix epoch, with a fraction. */
  storedAtMs: number;
  /** Messages of the partition behind this one. */
  pending: number;
}

const PULL_MESSAGES = 500;
const IDLE_HEARTBEAT_MS = 5_000;
const PULL_EXPIRES_MS = 30_000;

/**
 * After any of these the consumer may no longer be the one that was opened, or the stream another one: reading ends,
 * and begins again by way of the log doctor.
 */
const SHAKEN = new Set([
  'reset',
  'ordered_consumer_recreated',
  'consumer_not_found',
  'consumer_deleted',
  'stream_not_found',
  'heartbeats_missed',
  'no_responders',
]);

/** Reads one partition of the log from a sequence on, in order, as fast as the inbox takes it. */
export class LogReader {
  private constructor(
    private readonly messages: ConsumerMessages,
    private readonly removeConsumer: () => Promise<unknown>,
    /** Messages of the partition that are there to be read at the start. */
    readonly pendingAtOpen: number,
    private readonly logger: Logger,
  ) {}

  static async open(
    js: JetStreamClient,
    partition: number,
    afterSeq: number,
    logger: Logger,
  ): Promise<LogReader> {
    const consumer = await js.consumers.get(LOG_STREAM, {
      filter_subjects: partitionSubject(partition),
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: afterSeq + 1,
      name_prefix: `projector_p${partition}_${crypto.randomUUID().slice(0, 8)}`,
    });
    const { num_pending } = await consumer.info(true);
    const messages = await consumer.consume({
      max_messages: PULL_MESSAGES,
      expires: PULL_EXPIRES_MS,
      idle_heartbeat: IDLE_HEARTBEAT_MS,
    });
    return new LogReader(messages, () => consumer.delete(), num_pending, logger);
  }

  /** Fills the inbox until the reader is closed or the consumer shaken; closes the inbox then. */
  async fill(inbox: Inbox<LogEntry>): Promise<void> {
    const watching = this.watch();
    try {
      for await (const message of this.messages) {
        const full = inbox.put(entryOf(message));
        if (full) await full;
      }
    } finally {
      inbox.close();
      await watching;
    }
  }

  /** Ends {@link fill} after the message at hand. */
  stop(): void {
    this.messages.stop();
  }

  /** Stops, and removes the consumer from the server, which would otherwise keep it for minutes. */
  async close(): Promise<void> {
    await this.messages.close();
    await this.removeConsumer().catch((error: unknown) =>
      this.logger.debug({ err: error }, 'consumer not removed; the server will'),
    );
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.messages.status()) {
      if (!SHAKEN.has(type)) continue;
      this.logger.warn({ notification: type }, 'log consumer was shaken: reading starts over');
      this.stop();
    }
  }
}

function entryOf(message: JsMsg): LogEntry {
  return {
    seq: message.seq,
    subject: message.subject,
    data: message.data,
    sizeBytes: message.data.byteLength,
    storedAtMs: Number(message.timestampNanos / 1_000n) / 1_000,
    pending: message.info.pending,
  };
}

/** Whether the failure is that there is no log yet. */
export const isStreamMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;

/** @throws the API's error, see {@link isStreamMissing} */
export async function readLogIdentity(jsm: JetStreamManager): Promise<LogIdentity> {
  const { created, state } = await jsm.streams.info(LOG_STREAM);
  const { first_seq: firstSeq, last_seq: lastSeq, last_ts } = state;
  return { createdAt: String(created), firstSeq, lastSeq, lastStoredAt: new Date(last_ts) };
}

/** When the stream stored what it has at `seq`; null when it has nothing there. @throws the API's error */
export async function storedAt(jsm: JetStreamManager, seq: number): Promise<Date | null> {
  if (seq === 0) return null;
  return (await jsm.streams.getMessage(LOG_STREAM, { seq }))?.time ?? null;
}

/** When the partition's first event behind `seq` was stored; null when there is none. @throws the API's error */
export async function storedAfter(
  jsm: JetStreamManager,
  partition: number,
  seq: number,
): Promise<Date | null> {
  const query = { seq: seq + 1, next_by_subj: partitionSubject(partition) };
  return (await jsm.streams.getMessage(LOG_STREAM, query))?.time ?? null;
}

/**
 * The end of the log, when it is after `seq` and nothing between them is, or was, the partition's; else null. Asked of
 * the store itself, in this order: what is pending for a consumer is known a moment after an event is stored.
 */
export async function quietEnd(
  jsm: JetStreamManager,
  partition: number,
  seq: number,
  streamCreatedAt: string,
): Promise<LogEnd | null> {
  const { lastSeq, lastStoredAt } = await readLogIdentity(jsm);
  const newest = await jsm.streams.getMessage(LOG_STREAM, { last_by_subj: partitionSubject(partition) });
  const { firstSeq, createdAt } = await readLogIdentity(jsm);
  const isWhole = createdAt === streamCreatedAt && firstSeq <= seq + 1;
  return isWhole && lastSeq > seq && (newest?.seq ?? 0) <= seq ? { lastSeq, lastStoredAt } : null;
}

/**
 * The number of partitions, which the log's creator fixed.
 * @throws AppError LOG.PARTITIONS_MISMATCH when the stream does not say; the API's error when there is no stream
 */
export async function readPartitionCount(jsm: JetStreamManager): Promise<number> {
  const info: StreamInfo = await jsm.streams.info(LOG_STREAM);
  const partitions = Number(info.config.metadata?.[PARTITIONS_METADATA_KEY]);
  if (Number.isInteger(partitions) && partitions > 0) return partitions;
  throw new AppError(
    'LOG.PARTITIONS_MISMATCH',
    `stream ${LOG_STREAM} has no usable metadata ${PARTITIONS_METADATA_KEY}: it was not made by the ingestor`,
  );
}
