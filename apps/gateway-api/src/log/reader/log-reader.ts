import { AppError, LOG_STREAM } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { LogRecord } from '../select/logged-event.js';

/** Number of messages that are requested at once, and so in memory; fewer if they are large. */
const FETCHED_MESSAGES = 500;
/** Bytes that a request is aimed at, by the mean size of the messages before. */
const FETCHED_BYTES = 524_288;
const FIRST_FETCHED = 100;
/** How long a request waits for new messages at the end of the log. */
const WAIT_MS = 5_000;
/** The server deletes a consumer that nobody pulls from, for example because its client reads slowly; then another one continues. */
const CONSUMER_TTL_MS = 60_000;
const ATTEMPTS = 6;
const RETRY = { firstMs: 100, capMs: 2_000 };

export interface LogClients {
  js: JetStreamClient;
  jsm: JetStreamManager;
}

interface ReadFrom {
  filters: readonly string[];
  afterSeq: number;
  signal: AbortSignal;
}

/**
 * Reads messages of the log in order, filtered by the server. It requests messages only when it is asked for them, so a slow
 * client pauses it. After any interruption, another consumer continues after the last message that was returned.
 */
export class LogReader {
  private consumer: Consumer | undefined;
  private messages: ConsumerMessages | undefined;
  private iterator: AsyncIterator<JsMsg> | undefined;
  /** Number of the consumer's last message: a hole in the numbers means that messages were lost on the way. */
  private delivered = 0;
  private lastSeq: number;
  private pending = 0;
  private meanBytes = FETCHED_BYTES / FIRST_FETCHED;
  /** Creation time of the log that is read. */
  private log: string | undefined;

  constructor(
    private readonly connect: () => Promise<LogClients>,
    private readonly from: ReadFrom,
    private readonly logger: Logger,
  ) {
    this.lastSeq = from.afterSeq;
    from.signal.addEventListener('abort', () => this.messages?.stop(), { once: true });
  }

  /** Number of matching messages that have not been read. Opens the consumer. */
  async remaining(): Promise<number> {
    await this.retrying(async () => void (this.consumer ??= await this.createConsumer()));
    return this.pending;
  }

  /**
   * The next messages; none if no message arrived for some seconds, or the reader is aborted.
   * @throws AppError `SERVICE.UNAVAILABLE` when the log cannot be read for several attempts
   */
  nextBatch(): Promise<LogRecord[]> {
    return this.retrying(() => this.read());
  }

  /** Deletes the consumer on the server. */
  async close(): Promise<void> {
    this.messages?.stop();
    const { consumer } = this;
    this.consumer = undefined;
    await consumer?.delete().catch((err: unknown) => this.logger.debug({ err }, 'consumer not deleted'));
  }

  private async retrying<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (cause) {
        this.logger.debug({ err: cause, attempt, seq: this.lastSeq }, 'reading the log was interrupted');
        await this.close();
        if (attempt === ATTEMPTS || this.from.signal.aborted)
          throw new AppError('SERVICE.UNAVAILABLE', 'the log cannot be read now', { cause });
        await backOff(attempt, RETRY);
      }
    }
  }

  private async read(): Promise<LogRecord[]> {
    if (this.from.signal.aborted) return [];
    this.consumer ??= await this.createConsumer();
    const iterator = (this.iterator ??= await this.fetch(this.consumer));
    const batch: LogRecord[] = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      batch.push(this.accept(next.value));
      // While messages are pending, the rest of the request arrives without a wait.
      if (batch.at(-1)!.pending === 0) return this.finish(batch);
    }
    this.iterator = undefined;
    return this.finish(batch);
  }

  private finish(batch: LogRecord[]): LogRecord[] {
    const last = batch.at(-1);
    if (!last) return batch;
    this.lastSeq = last.seq;
    this.pending = last.pending;
    this.meanBytes = batch.reduce((sum, { data }) => sum + data.byteLength, 0) / batch.length;
    return batch;
  }

  private accept(message: JsMsg): LogRecord {
    const { streamSequence: seq, deliverySequence, timestampNanos, pending } = message.info;
    if (deliverySequence !== this.delivered + 1) throw new Error('messages of the log were lost on the way');
    this.delivered = deliverySequence;
    return { seq, subject: message.subject, data: message.data, storedAtMs: timestampNanos / 1e6, pending };
  }

  private async fetch(consumer: Consumer): Promise<AsyncIterator<JsMsg>> {
    const fitting = Math.max(1, Math.min(FETCHED_MESSAGES, Math.floor(FETCHED_BYTES / this.meanBytes)));
    const count = this.pending > 0 ? Math.min(fitting, this.pending) : fitting;
    this.messages = await consumer.fetch({ max_messages: count, expires: WAIT_MS });
    if (this.from.signal.aborted) this.messages.stop();
    return this.messages[Symbol.asyncIterator]();
  }

  private async createConsumer(): Promise<Consumer> {
    const { js, jsm } = await this.connect();
    const { created } = await jsm.streams.info(LOG_STREAM);
    if ((this.log ??= String(created)) !== String(created))
      throw new Error('the log was replaced by another');
    const { name, num_pending: pending } = await jsm.consumers.add(LOG_STREAM, {
      name: `gateway_events_${crypto.randomUUID()}`,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.lastSeq + 1,
      filter_subjects: [...this.from.filters],
      inactive_threshold: nanos(CONSUMER_TTL_MS),
      mem_storage: true,
      num_replicas: 1,
    });
    this.iterator = undefined;
    this.delivered = 0;
    this.pending = pending;
    return await js.consumers.get(LOG_STREAM, name);
  }
}
