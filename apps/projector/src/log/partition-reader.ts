import { AppError, partitionSubject } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { Inbox } from './batch-buffer.js';
import { entryOf, type LogEntry } from './log-entry.js';
import { OrderedMessages, type ReadingEnd } from './ordered-log-consumer.js';
import type { SharedReading } from './shared-reader.js';

export interface ReaderTools {
  js: JetStreamClient;
  logger: Logger;
  /** Where partitions of this process read together while they are far behind. */
  shared?: SharedReading;
  /** Default: that of {@link OrderedMessages}. */
  stallMs?: number;
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

  /**
   * Fills the inbox until the reader is closed or the consumer shaken; closes the inbox then.
   * @throws AppError LOG.CONSUMER_STALLED
   */
  async fill(inbox: Inbox<LogEntry>): Promise<void> {
    try {
      if (!(await this.fillShared(inbox))) return;
      failIfStalled(await this.messages.each((message) => inbox.put(entryOf(message, message.info.pending))));
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
    const { afterSeq, end } = await tools.shared.join({
      partition,
      afterSeq: this.afterSeq,
      pending,
      inbox,
      signal,
    });
    failIfStalled(end);
    if (end === 'shaken' || signal.aborted) return false;
    if (afterSeq === this.afterSeq) return true;
    await this.messages.close();
    this.messages = await openPartition(tools, partition, afterSeq);
    if (signal.aborted) this.messages.stop();
    return true;
  }
}

function failIfStalled(end: ReadingEnd): void {
  if (end !== 'stalled') return;
  throw new AppError('LOG.CONSUMER_STALLED', 'the log has more events and its consumer delivers none');
}

const openPartition = ({ js, logger, stallMs }: ReaderTools, partition: number, afterSeq: number) =>
  OrderedMessages.open(
    js,
    { afterSeq, filter: partitionSubject(partition), name: `projector_p${partition}`, stallMs },
    logger,
  );
