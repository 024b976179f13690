import { setTimeout as sleep } from 'node:timers/promises';
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
/** After two of them are missing, because the server that had the consumer is gone, another consumer is created. */
const IDLE_HEARTBEAT_MS = 1_000;
const PULL_EXPIRES_MS = 30_000;
/** Somebody waits to read on, or to have the partition. */
const DELETE_WAIT_MS = 500;
/** A consumer that delivers nothing for this long although the log has more is replaced. */
const STALL_MS = 20_000;

/**
 * Notifications after which the server may have replaced the consumer or the stream: reading stops, and starts again after the
 * log doctor's check.
 */
const INTERRUPTIONS = new Set([
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
  /** A subject filter; default: everything. */
  filter?: string;
  /** Prefix of the consumer's name on the server; a random part follows. */
  name: string;
  /** How many messages may be on their way; default: 500. */
  pullMessages?: number;
  /** Default: 20 s. */
  stallMs?: number;
}

/** `stalled`: heartbeats arrive and messages do not, although the log has some. */
export type ReadResult = 'stopped' | 'interrupted' | 'stalled';

/** Delivers the messages of the log after a sequence, in order, until it is stopped, interrupted or stalled. */
export class OrderedLogConsumer {
  private messages: ConsumerMessages | undefined;
  private stopped = false;
  private result: ReadResult = 'stopped';
  private lastSeq: number;
  /** Since when the next message is awaited, by the monotonic clock; null while a message is being handled. */
  private waitingSinceMs: number | null = null;
  /** A message that the latest check found in the log and that has not been delivered. */
  private undeliveredSeq: number | null = null;

  private constructor(
    private readonly js: JetStreamClient,
    private readonly from: ReadFrom,
    private readonly consumer: Consumer,
    /** Number of unread messages at the start. */
    readonly pendingAtOpen: number,
    private readonly logger: Logger,
  ) {
    this.lastSeq = from.afterSeq;
  }

  static async open(js: JetStreamClient, from: ReadFrom, logger: Logger): Promise<OrderedLogConsumer> {
    const { afterSeq, filter, name } = from;
    const consumer = await js.consumers.get(LOG_STREAM, {
      ...(filter && { filter_subjects: filter }),
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: afterSeq + 1,
      name_prefix: `${name}_${crypto.randomUUID().slice(0, 8)}`,
    });
    const { num_pending } = await consumer.info(true);
    return new OrderedLogConsumer(js, from, consumer, num_pending, logger);
  }

  /** Calls `handle` for each message in order. If `handle` returns a promise, the next message waits for it. */
  async forEach(handle: (message: JsMsg) => Promise<void> | undefined): Promise<ReadResult> {
    if (this.stopped) return 'stopped';
    this.messages = await this.consumer.consume({
      max_messages: this.from.pullMessages ?? PULL_MESSAGES,
      expires: PULL_EXPIRES_MS,
      idle_heartbeat: IDLE_HEARTBEAT_MS,
    });
    if (this.stopped) this.messages.stop();
    const watching = this.watchForInterruptions(this.messages);
    const { stallMs = STALL_MS } = this.from;
    const checks = setInterval(() => void this.checkDelivery(stallMs), stallMs / 2);
    this.waitingSinceMs = performance.now();
    try {
      for await (const message of this.messages) {
        this.waitingSinceMs = null;
        this.lastSeq = message.seq;
        const full = handle(message);
        if (full) await full;
        this.waitingSinceMs = performance.now();
      }
    } finally {
      clearInterval(checks);
      await watching;
    }
    return this.result;
  }

  /** Ends {@link forEach} after the current message. */
  stop(): void {
    this.stopped = true;
    this.messages?.stop();
  }

  /** Stops and deletes the consumer on the server, which would otherwise keep it for minutes. It does not wait for a server that is gone. */
  async close(): Promise<void> {
    this.stopped = true;
    await this.messages?.close();
    const deleted = this.consumer
      .delete()
      .catch((error: unknown) =>
        this.logger.debug({ err: error }, 'cannot delete a consumer; the server deletes it later'),
      );
    await Promise.race([deleted, sleep(DELETE_WAIT_MS, undefined, { ref: false })]);
  }

  private async watchForInterruptions(messages: ConsumerMessages): Promise<void> {
    for await (const { type } of messages.status()) {
      if (!INTERRUPTIONS.has(type)) continue;
      this.logger.warn({ notification: type }, 'log consumer interrupted; reading starts again');
      this.result = 'interrupted';
      this.stop();
    }
  }

  /** Ends the reading when two checks in a row find the same message undelivered. */
  private async checkDelivery(stallMs: number): Promise<void> {
    const { waitingSinceMs, undeliveredSeq } = this;
    if (waitingSinceMs === null || performance.now() - waitingSinceMs < stallMs) return;
    const seq = await this.nextInLog();
    if (this.stopped || this.waitingSinceMs !== waitingSinceMs) return;
    this.undeliveredSeq = seq;
    if (seq === null || seq !== undeliveredSeq) return;
    this.logger.warn(
      { seq },
      'the log consumer delivers nothing although the log has more; reading starts again',
    );
    this.result = 'stalled';
    this.stop();
  }

  /** The sequence of the first undelivered message; null: there is none, or NATS does not answer. */
  private async nextInLog(): Promise<number | null> {
    const query = { seq: this.lastSeq + 1, next_by_subj: this.from.filter ?? LOG_SUBJECTS };
    try {
      const { streams } = await this.js.jetstreamManager(false);
      return (await streams.getMessage(LOG_STREAM, query))?.seq ?? null;
    } catch (error) {
      this.logger.debug({ err: error }, 'cannot check for undelivered messages');
      return null;
    }
  }
}
