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
    /** Everything of the partition up to this sequence is in the buffer. */
    private afterSeq: number,
    /** Undefined while the partition takes part in the shared read. */
    private consumer: OrderedLogConsumer | undefined,
    /** Number of unread messages of the partition at the start. */
    readonly pendingAtOpen: number,
    private pending = pendingAtOpen,
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
      let called = false;
      while (await this.fillShared(buffer, called)) {
        called = await this.fillAlone(buffer);
        if (!called) return;
      }
    } finally {
      buffer.close();
    }
  }

  /** Ends {@link fill} after the current message. */
  stop(): void {
    this.stopping.abort();
    this.consumer?.stop();
  }

  /** Stops, and deletes the consumer on the server. */
  async close(): Promise<void> {
    this.stop();
    await this.consumer?.close();
  }

  private get isFarBehind(): boolean {
    return this.pending > FAR_BEHIND_EVENTS;
  }

  /** Takes part in the shared read while the partition is far behind; returns whether to continue alone. */
  private async fillShared(buffer: BatchBuffer<LogEntry>, called: boolean): Promise<boolean> {
    const { partition, tools, pending, afterSeq } = this;
    const { signal } = this.stopping;
    if (!tools.shared || !this.isFarBehind) return true;
    const left = await tools.shared.join({ partition, afterSeq, pending, buffer, signal, called });
    failIfStalled(left.result);
    if (left.result === 'interrupted' || signal.aborted) return false;
    if (left.afterSeq === afterSeq) return true;
    this.afterSeq = left.afterSeq;
    await this.closeConsumer();
    return true;
  }

  /** Reads through a consumer of its own; returns whether it ends because of a shared read. */
  private async fillAlone(buffer: BatchBuffer<LogEntry>): Promise<boolean> {
    const consumer = (this.consumer ??= await openConsumer(this.tools, this.partition, this.afterSeq));
    const { signal } = this.stopping;
    if (signal.aborted) return false;
    let called = false;
    const withdraw = this.isFarBehind
      ? this.tools.shared?.offer(() => {
          called = true;
          consumer.stop();
        })
      : undefined;
    const result = await consumer
      .forEach((message) => {
        this.afterSeq = message.seq;
        this.pending = message.info.pending;
        if (!this.isFarBehind) withdraw?.();
        return buffer.put(toLogEntry(message, this.pending));
      })
      .finally(() => withdraw?.());
    failIfStalled(result);
    if (!called || result === 'interrupted' || signal.aborted) return false;
    await this.closeConsumer();
    return true;
  }

  private async closeConsumer(): Promise<void> {
    await this.consumer?.close();
    this.consumer = undefined;
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
