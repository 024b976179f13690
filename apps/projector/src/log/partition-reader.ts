import { AppError, partitionSubject } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { BatchBuffer } from './batch-buffer.js';
import { toLogEntry, type LogEntry } from './log-entry.js';
import { OrderedLogConsumer, type ReadResult } from './ordered-log-consumer.js';
import type { SharedReader } from './shared-reader.js';

export interface ReaderTools {
  js: JetStreamClient;
  logger: Logger;
  /** Lets the partitions of this process read together while they are far behind. */
  shared?: SharedReader;
  /** Default: that of {@link OrderedLogConsumer}. */
  stallMs?: number;
}

/** A partition that is further behind than this takes part in the shared read. */
const FAR_BEHIND_EVENTS = 5_000;

/** Reads one partition of the log after a sequence, in order, as fast as the buffer accepts it. */
export class PartitionReader {
  private readonly stopping = new AbortController();

  private constructor(
    private readonly tools: ReaderTools,
    private readonly partition: number,
    private readonly afterSeq: number,
    private consumer: OrderedLogConsumer,
    /** Number of unread messages of the partition at the start. */
    readonly pendingAtOpen: number,
  ) {}

  static async open(tools: ReaderTools, partition: number, afterSeq: number): Promise<PartitionReader> {
    const consumer = await openConsumer(tools, partition, afterSeq);
    return new PartitionReader(tools, partition, afterSeq, consumer, consumer.pendingAtOpen);
  }

  /**
   * Fills the buffer until the reader is stopped or its consumer is interrupted, then closes the buffer.
   * @throws AppError LOG.CONSUMER_STALLED
   */
  async fill(buffer: BatchBuffer<LogEntry>): Promise<void> {
    try {
      if (!(await this.fillShared(buffer))) return;
      failIfStalled(
        await this.consumer.forEach((message) => buffer.put(toLogEntry(message, message.info.pending))),
      );
    } finally {
      buffer.close();
    }
  }

  /** Ends {@link fill} after the current message. */
  stop(): void {
    this.stopping.abort();
    this.consumer.stop();
  }

  /** Stops, and deletes the consumer on the server. */
  async close(): Promise<void> {
    this.stop();
    await this.consumer.close();
  }

  /** Takes part in the shared read while the partition is far behind; returns whether to continue alone. */
  private async fillShared(buffer: BatchBuffer<LogEntry>): Promise<boolean> {
    const { partition, tools, pendingAtOpen: pending } = this;
    const { signal } = this.stopping;
    if (!tools.shared || pending <= FAR_BEHIND_EVENTS) return true;
    const { afterSeq, result } = await tools.shared.join({
      partition,
      afterSeq: this.afterSeq,
      pending,
      buffer,
      signal,
    });
    failIfStalled(result);
    if (result === 'interrupted' || signal.aborted) return false;
    if (afterSeq === this.afterSeq) return true;
    await this.consumer.close();
    this.consumer = await openConsumer(tools, partition, afterSeq);
    if (signal.aborted) this.consumer.stop();
    return true;
  }
}

function failIfStalled(result: ReadResult): void {
  if (result !== 'stalled') return;
  throw new AppError('LOG.CONSUMER_STALLED', 'the log has more events and its consumer delivers none');
}

const openConsumer = ({ js, logger, stallMs }: ReaderTools, partition: number, afterSeq: number) =>
  OrderedLogConsumer.open(
    js,
    { afterSeq, filter: partitionSubject(partition), name: `projector_p${partition}`, stallMs },
    logger,
  );
