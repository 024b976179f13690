import { LOG_STREAM } from '@discord-relay/contracts';
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
}

/** Messages of the log from a sequence on, in order, until stopped or the consumer is shaken. */
export class OrderedMessages {
  private messages: ConsumerMessages | undefined;
  private stopped = false;
  private shaken = false;

  private constructor(
    private readonly consumer: Consumer,
    /** Messages that are there to be read at the start. */
    readonly pendingAtOpen: number,
    private readonly logger: Logger,
  ) {}

  static async open(
    js: JetStreamClient,
    { afterSeq, filter, name }: ReadFrom,
    logger: Logger,
  ): Promise<OrderedMessages> {
    const consumer = await js.consumers.get(LOG_STREAM, {
      ...(filter && { filter_subjects: filter }),
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: afterSeq + 1,
      name_prefix: `${name}_${crypto.randomUUID().slice(0, 8)}`,
    });
    const { num_pending } = await consumer.info(true);
    return new OrderedMessages(consumer, num_pending, logger);
  }

  /** Hands on one message after the other, when what `take` returned for the one before has resolved. */
  async each(take: (message: JsMsg) => Promise<void> | undefined): Promise<'stopped' | 'shaken'> {
    if (this.stopped) return 'stopped';
    this.messages = await this.consumer.consume({
      max_messages: PULL_MESSAGES,
      expires: PULL_EXPIRES_MS,
      idle_heartbeat: IDLE_HEARTBEAT_MS,
    });
    if (this.stopped) this.messages.stop();
    const watching = this.watch(this.messages);
    try {
      for await (const message of this.messages) {
        const full = take(message);
        if (full) await full;
      }
    } finally {
      await watching;
    }
    return this.shaken ? 'shaken' : 'stopped';
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
      this.shaken = true;
      this.stop();
    }
  }
}
