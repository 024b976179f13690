import { LOG_STREAM, partitionSubject, PARTITIONS_METADATA_KEY, AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { Inbox } from './inbox.js';
import type { LogEnd, LogIdentity } from '../doctor/log-doctor.js';
import { entryOf, type LogEntry } from './log-entry.js';
import { OrderedMessages } from './ordered-messages.js';
import { streamClock } from './stream-clock.js';
import type { SharedReading } from './shared-reading.js';

export type { LogEntry } from './log-entry.js';

export interface ReaderTools {
  js: JetStreamClient;
  logger: Logger;
  /** Where partitions of this process read together while they are far behind. */
  shared?: SharedReading;
}

/** A partition that is further behind than this may read together with others. */
const FAR_BEHIND_EVENTS = 5_000;

/** Reads one partition of the log from a sequence on, in order, as fast as the inbox takes it. */
export class LogReader {
  private readonly stopping = new AbortController();

  private constructor(
    private readonly tools: ReaderTools,
    private readonly partition: number,
    private readonly afterSeq: number,
    private messages: OrderedMessages,
    /** Messages of the partition that are there to be read at the start. */
    readonly pendingAtOpen: number,
  ) {}

  static async open(tools: ReaderTools, partition: number, afterSeq: number): Promise<LogReader> {
    const messages = await openPartition(tools, partition, afterSeq);
    return new LogReader(tools, partition, afterSeq, messages, messages.pendingAtOpen);
  }

  /** Fills the inbox until the reader is closed or the consumer shaken; closes the inbox then. */
  async fill(inbox: Inbox<LogEntry>): Promise<void> {
    try {
      if (!(await this.fillShared(inbox))) return;
      await this.messages.each((message) => inbox.put(entryOf(message, message.info.pending)));
    } finally {
      inbox.close();
    }
  }

  /** Ends {@link fill} after the message at hand. */
  stop(): void {
    this.stopping.abort();
    this.messages.stop();
  }

  /** Stops, and removes the consumer from the server. */
  async close(): Promise<void> {
    this.stop();
    await this.messages.close();
  }

  /** As long as it is far behind; returns whether there is something to go on with. */
  private async fillShared(inbox: Inbox<LogEntry>): Promise<boolean> {
    const { partition, tools, pendingAtOpen: pending } = this;
    const { signal } = this.stopping;
    if (!tools.shared || pending <= FAR_BEHIND_EVENTS) return true;
    const { afterSeq, shaken } = await tools.shared.join({
      partition,
      afterSeq: this.afterSeq,
      pending,
      inbox,
      signal,
    });
    if (shaken || signal.aborted) return false;
    if (afterSeq === this.afterSeq) return true;
    await this.messages.close();
    this.messages = await openPartition(tools, partition, afterSeq);
    if (signal.aborted) this.messages.stop();
    return true;
  }
}

const openPartition = ({ js, logger }: ReaderTools, partition: number, afterSeq: number) =>
  OrderedMessages.open(
    js,
    { afterSeq, filter: partitionSubject(partition), name: `projector_p${partition}` },
    logger,
  );

/** Whether the failure is that there is no log yet. */
export const isStreamMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;

/** @throws the API's error, see {@link isStreamMissing} */
export async function readLogIdentity(jsm: JetStreamManager): Promise<LogIdentity> {
  const { created, state, ts } = await jsm.streams.info(LOG_STREAM);
  streamClock.observe(ts);
  return { createdAt: String(created), firstSeq: state.first_seq, lastSeq: state.last_seq };
}

/** What the log doctor compares with a checkpoint at `seq`; `storedAt` null: the stream has nothing there. */
export interface LogEvidence {
  log: LogIdentity;
  storedAt: Date | null;
}

/** In this order, so that an event which a limit takes away meanwhile is not missed. @throws the API's error */
export async function readLogEvidence(jsm: JetStreamManager, seq: number): Promise<LogEvidence> {
  const at = await storedAt(jsm, seq);
  return { log: await readLogIdentity(jsm), storedAt: at };
}

/** When the stream stored what it has at `seq`; null: nothing is there. @throws the API's error */
export async function storedAt(jsm: JetStreamManager, seq: number): Promise<Date | null> {
  if (seq === 0) return null;
  return (await jsm.streams.getMessage(LOG_STREAM, { seq }))?.time ?? null;
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
 * The number of partitions, which the log's creator fixed.
 * @throws AppError LOG.PARTITIONS_MISMATCH when the stream does not say; the API's error when there is no stream
 */
export async function readPartitionCount(jsm: JetStreamManager): Promise<number> {
  const info: StreamInfo = await jsm.streams.info(LOG_STREAM);
  streamClock.observe(info.ts);
  const partitions = Number(info.config.metadata?.[PARTITIONS_METADATA_KEY]);
  if (Number.isInteger(partitions) && partitions > 0) return partitions;
  throw new AppError(
    'LOG.PARTITIONS_MISMATCH',
    `stream ${LOG_STREAM} has no usable metadata ${PARTITIONS_METADATA_KEY}: it was not made by the ingestor`,
  );
}
