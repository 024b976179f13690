import { AppError, LOG_STREAM, LOG_SUBJECTS } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import type { LogRecord } from '../select/logged-event.js';
import { remembered } from '../select/remembered.js';
import { MessagePull, type PulledMessage } from './message-pull.js';
import {
  coveringFilter,
  subjectFilters,
  subjectMatcher,
  type SubjectSelection,
} from '../select/subject-filters.js';

/** Bytes that a batch is aimed at, by the mean size of the messages before. */
const BATCH_BYTES = 524_288;
const FIRST_BATCH = 100;
/** How long a request waits for new messages at the end of the log. */
const WAIT_MS = 5_000;
/** The server deletes a consumer that nobody pulls from, for example because its client reads slowly; then another one continues. */
const CONSUMER_TTL_MS = 60_000;
const ATTEMPTS = 6;
const RETRY = { firstMs: 100, capMs: 2_000 };

export interface LogClients {
  connection: NatsConnection;
  /** Prefix of the addresses for answers; undefined: the default. */
  inboxPrefix?: string | undefined;
  jsm: JetStreamManager;
}

/**
 * What it costs a server to deliver a message through a consumer, in microseconds, and the reader to receive it: without a filter
 * (`discord.>`), with one filter, and with several (measured with nats-server 2.15).
 */
const DELIVERY_US = { unfiltered: 7, oneFilter: 25, severalFilters: 190 };

interface ReadFrom {
  selection: SubjectSelection;
  afterSeq: number;
  signal: AbortSignal;
  /** Number of messages in a batch; fewer if they are large. */
  batchSize: () => number;
  /** Number of batches that are requested at once. */
  batchesAhead: () => number;
  onClose: () => void;
}

/** Consecutive messages of the log. */
export interface LogBatch {
  /** Those that are selected. */
  records: LogRecord[];
  /** Sequence of the last message that was read, selected or not; null: none arrived. */
  lastSeq: number | null;
  /** Whether the log had no further messages when it was read. */
  isLast: boolean;
}

const NO_MESSAGES: LogBatch = { records: [], lastSeq: null, isLast: false };

interface OpenConsumer {
  name: string;
  clients: LogClients;
  filters: readonly string[];
  /** Number of messages that match. */
  pending: number;
}

/**
 * Reads selected messages of the log in order. It requests few messages ahead of their use, so a slow client pauses it.
 * After any interruption, another consumer continues after the last message that was read.
 */
export class LogReader {
  private readonly filters: readonly string[];
  private readonly isSelected: (subject: string) => boolean;
  private consumer: OpenConsumer | undefined;
  private pull: MessagePull | undefined;
  /** Number of the consumer's last message: a hole in the numbers means that messages were lost on the way. */
  private delivered = 0;
  private lastSeq: number;
  private pending = 0;
  private meanBytes = BATCH_BYTES / FIRST_BATCH;
  /** Creation time of the log that is read. */
  private log: string | undefined;
  private closed = false;

  constructor(
    private readonly connect: () => Promise<LogClients>,
    private readonly from: ReadFrom,
    private readonly logger: Logger,
  ) {
    this.filters = subjectFilters(from.selection);
    this.isSelected = remembered(subjectMatcher(from.selection));
    this.lastSeq = from.afterSeq;
    from.signal.addEventListener('abort', () => this.pull?.stop(), { once: true });
  }

  /** Whether no message is left to read. Opens the consumer. */
  async isAtEnd(): Promise<boolean> {
    await this.retrying(() => this.opened());
    return this.pending === 0;
  }

  /**
   * The next messages; none if no message arrived for some seconds, or the reader is aborted.
   * @throws AppError `SERVICE.UNAVAILABLE` when the log cannot be read for several attempts
   */
  nextBatch(): Promise<LogBatch> {
    return this.retrying(() => this.read());
  }

  /** Continues with another consumer at once, instead of when heartbeats are missed. */
  connectionLost(): void {
    this.pull?.fail(new Error('the connection was lost'));
  }

  /** Deletes the consumer on the server. */
  async close(): Promise<void> {
    this.closed = true;
    this.from.onClose();
    await this.closeConsumer();
  }

  private async opened(): Promise<MessagePull> {
    if (this.pull) return this.pull;
    const consumer = await this.openConsumer();
    if (this.closed) {
      await this.remove(consumer);
      throw new Error('the reader was closed while it opened');
    }
    const { connection, inboxPrefix, jsm } = consumer.clients;
    const { apiPrefix = '$JS.API' } = jsm.getOptions();
    const address = `${apiPrefix}.CONSUMER.MSG.NEXT.${LOG_STREAM}.${consumer.name}`;
    this.delivered = 0;
    this.pending = consumer.pending;
    this.consumer = consumer;
    return (this.pull = new MessagePull(connection, { address, inboxPrefix, expiresMs: WAIT_MS }));
  }

  private async closeConsumer(): Promise<void> {
    this.pull?.stop();
    const { consumer } = this;
    this.pull = undefined;
    this.consumer = undefined;
    if (consumer) await this.remove(consumer);
  }

  private async remove({ clients: { jsm }, name }: OpenConsumer): Promise<void> {
    const onError = (err: unknown) => this.logger.debug({ err }, 'consumer not deleted');
    await jsm.consumers.delete(LOG_STREAM, name).catch(onError);
  }

  private async retrying<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (cause) {
        this.logger.debug({ err: cause, attempt, seq: this.lastSeq }, 'reading the log was interrupted');
        await this.closeConsumer();
        if (attempt === ATTEMPTS || this.closed || this.from.signal.aborted)
          throw new AppError('SERVICE.UNAVAILABLE', 'the log cannot be read now', { cause });
        await backOff(attempt, RETRY);
      }
    }
  }

  private async read(): Promise<LogBatch> {
    if (this.from.signal.aborted) return NO_MESSAGES;
    const pull = await this.opened();
    const count = Math.max(1, Math.min(this.from.batchSize(), Math.floor(BATCH_BYTES / this.meanBytes)));
    const missing = count * this.from.batchesAhead() - pull.ahead;
    if (missing >= count / 2) pull.request(missing);
    const messages = await pull.take(count);
    for (const message of messages) this.accept(message);
    return this.finish(messages);
  }

  private finish(received: readonly LogRecord[]): LogBatch {
    const last = received.at(-1);
    if (!last) return NO_MESSAGES;
    this.lastSeq = last.seq;
    this.meanBytes = received.reduce((sum, { data }) => sum + data.byteLength, 0) / received.length;
    const records = received.filter(({ subject }) => this.isSelected(subject));
    return { records, lastSeq: last.seq, isLast: this.pending === 0 };
  }

  private accept({ delivered, pending }: PulledMessage): void {
    if (delivered !== this.delivered + 1) throw new Error('messages of the log were lost on the way');
    this.delivered = delivered;
    this.pending = pending;
  }

  /**
   * Opens the consumer that costs less: one that delivers exactly what is selected, or one with a single wider filter, or none,
   * of whose messages the reader drops the others. Several filters slow the server down by more than an order of magnitude.
   */
  private async openConsumer(): Promise<OpenConsumer> {
    const clients = await this.connect();
    const { created } = await clients.jsm.streams.info(LOG_STREAM);
    if ((this.log ??= String(created)) !== String(created))
      throw new Error('the log was replaced by another');
    const exact = await this.addConsumer(clients, this.filters);
    const wider = await this.addConsumer(clients, [coveringFilter(this.filters)]);
    const [chosen, other] = costUs(wider) < costUs(exact) ? [wider, exact] : [exact, wider];
    await this.remove(other);
    return chosen;
  }

  private async addConsumer(clients: LogClients, filters: readonly string[]): Promise<OpenConsumer> {
    const { name, num_pending: pending } = await clients.jsm.consumers.add(LOG_STREAM, {
      name: `gateway_events_${crypto.randomUUID()}`,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.lastSeq + 1,
      filter_subjects: [...filters],
      inactive_threshold: nanos(CONSUMER_TTL_MS),
      mem_storage: true,
      num_replicas: 1,
    });
    return { name, clients, pending, filters };
  }
}

/** Until the end of the log. */
function costUs({ filters, pending }: OpenConsumer): number {
  if (filters.length > 1) return pending * DELIVERY_US.severalFilters;
  return pending * (filters[0] === LOG_SUBJECTS ? DELIVERY_US.unfiltered : DELIVERY_US.oneFilter);
}
