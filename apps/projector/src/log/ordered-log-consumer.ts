import { LOG_STREAM, LOG_SUBJECTS } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import {
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
} from '@nats-io/jetstream';

const PULL_MESSAGES = 500;
const IDLE_HEARTBEAT_MS = 5_000;
const PULL_EXPIRES_MS = 30_000;
/** A consumer that delivers nothing for so long although the log has more is not waited for. */
const STALL_MS = 20_000;

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

export interface ReadFrom {
  afterSeq: number;
  /** Only what matches; everything when absent. */
  filter?: string;
  /** How the server names the consumer, with something random behind it. */
  name: string;
  /** Default: 20 s. */
  stallMs?: number;
}

/** `stalled`: heartbeats come and messages do not, though the log has some. */
export type ReadingEnd = 'stopped' | 'shaken' | 'stalled';

/** Messages of the log from a sequence on, in order, until stopped or the consumer is shaken or stalled. */
export class OrderedMessages {
  private messages: ConsumerMessages | undefined;
  private stopped = false;
  private end: ReadingEnd = 'stopped';
  private lastSeq: number;
  /** Since when the next message is awaited, by the monotonic clock; null while the one at hand is taken. */
  private waitingSinceMs: number | null = null;
  /** A message that the latest check found in the log and that has not been delivered. */
  private undeliveredSeq: number | null = null;

  private constructor(
    private readonly js: JetStreamClient,
    private readonly from: ReadFrom,
    private readonly consumer: Consumer,
    /** Messages that are there to be read at the start. */
    readonly pendingAtOpen: number,
    private readonly logger: Logger,
  ) {
    this.lastSeq = from.afterSeq;
  }

  static async open(js: JetStreamClient, from: ReadFrom, logger: Logger): Promise<OrderedMessages> {
    const { afterSeq, filter, name } = from;
    const consumer = await js.consumers.get(LOG_STREAM, {
      ...(filter && { filter_subjects: filter }),
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: afterSeq + 1,
      name_prefix: `${name}_${crypto.randomUUID().slice(0, 8)}`,
    });
    const { num_pending } = await consumer.info(true);
    return new OrderedMessages(js, from, consumer, num_pending, logger);
  }

  /** Hands on one message after the other, when what `take` returned for the one before has resolved. */
  async each(take: (message: JsMsg) => Promise<void> | undefined): Promise<ReadingEnd> {
    if (this.stopped) return 'stopped';
    this.messages = await this.consumer.consume({
      max_messages: PULL_MESSAGES,
      expires: PULL_EXPIRES_MS,
      idle_heartbeat: IDLE_HEARTBEAT_MS,
    });
    if (this.stopped) this.messages.stop();
    const watching = this.watch(this.messages);
    const { stallMs = STALL_MS } = this.from;
    const checks = setInterval(() => void this.checkDelivery(stallMs), stallMs / 2);
    this.waitingSinceMs = performance.now();
    try {
      for await (const message of this.messages) {
        this.waitingSinceMs = null;
        this.lastSeq = message.seq;
        const full = take(message);
        if (full) await full;
        this.waitingSinceMs = performance.now();
      }
    } finally {
      clearInterval(checks);
      await watching;
    }
    return this.end;
  }

  /** Ends {@link each} after the message at hand. */
  stop(): void {
    this.stopped = true;
    this.messages?.stop();
  }

  /** Stops, and removes the consumer from the server, which would otherwise keep it for minutes. */
  async close(): Promise<void> {
    this.stopped = true;
    await this.messages?.close();
    await this.consumer
      .delete()
      .catch((error: unknown) => this.logger.debug({ err: error }, 'consumer not removed; the server will'));
  }

  private async watch(messages: ConsumerMessages): Promise<void> {
    for await (const { type } of messages.status()) {
      if (!SHAKEN.has(type)) continue;
      this.logger.warn({ notification: type }, 'log consumer was shaken: reading starts over');
      this.end = 'shaken';
      this.stop();
    }
  }

  /** Two checks in a row that find the same message undelivered end the reading. */
  private async checkDelivery(stallMs: number): Promise<void> {
    const { waitingSinceMs, undeliveredSeq } = this;
    if (waitingSinceMs === null || performance.now() - waitingSinceMs < stallMs) return;
    const seq = await this.nextInLog();
    if (this.stopped || this.waitingSinceMs !== waitingSinceMs) return;
    this.undeliveredSeq = seq;
    if (seq === null || seq !== undeliveredSeq) return;
    this.logger.warn(
      { seq },
      'the log consumer delivers nothing although the log has more: reading starts over',
    );
    this.end = 'stalled';
    this.stop();
  }

  /** The sequence of the first message that is still to be delivered; null: there is none, or NATS does not say. */
  private async nextInLog(): Promise<number | null> {
    const query = { seq: this.lastSeq + 1, next_by_subj: this.from.filter ?? LOG_SUBJECTS };
    try {
      const { streams } = await this.js.jetstreamManager(false);
      return (await streams.getMessage(LOG_STREAM, query))?.seq ?? null;
    } catch (error) {
      this.logger.debug({ err: error }, 'not known what the log has');
      return null;
    }
  }
}
