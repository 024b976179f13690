import { JetStreamApiError } from '@nats-io/jetstream';
import {
  createInbox,
  Empty,
  errors,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';

/** What a message does in its batch: the protocol's operations (NATS ADR 50, "fast ingest batch"). */
const OPERATION = { start: 0, append: 1, commit: 2, commitWithout: 3 } as const;
/** How often the server may report progress; it only keeps the wait for an answer alive. */
const MESSAGES_PER_PROGRESS = 500;
/** The status of an answer that says that nobody listens on the subject. */
const NO_RESPONDERS = 503;

export interface BatchMessage {
  subject: string;
  payload: Uint8Array;
  headers: MsgHdrs;
}

/** The whole batch is in the log. */
export interface BatchStored {
  /**
   * The log's sequence of the last message that it stored. 0 when it dropped every one of several messages: its leader
   * knows them, its replicas perhaps not yet.
   */
  sequence: number;
  /** Whether the batch was one message that the log had already. */
  duplicate: boolean;
}

/** One of its methods is called for each batch, not from within {@link BatchSender.send}. `index`: what failed. */
export interface BatchListener {
  stored(answer: BatchStored): void;
  failed(error: unknown, index: number): void;
}

interface OpenBatch {
  readonly id: string;
  readonly listener: BatchListener;
  /** How many messages were sent. */
  sent: number;
  /** Why the message behind those that were sent was not. */
  unsent?: unknown;
}

type ApiError = ConstructorParameters<typeof JetStreamApiError>[0];

/** Answers of the server: the end of a batch, progress, a missing message, or a refusal. */
interface Answer {
  type?: 'ack' | 'gap' | 'err';
  batch?: string;
  count?: number;
  seq?: number;
  duplicate?: boolean;
  error?: ApiError;
}

/**
 * Sends messages as a batch without gaps: the server stores a message only if it has stored the one before it in the
 * batch, or had it already. One batch is open at a time. When the next one begins with the first message that is not
 * certainly stored, the log keeps the order of sending, whatever is lost, repeated or delayed in between.
 */
export class BatchSender {
  private readonly inbox = createInbox();
  private readonly subscription: Subscription;
  private readonly idPrefix = this.inbox.slice(this.inbox.lastIndexOf('.') + 1);
  private batches = 0;
  private open: OpenBatch | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly ackWaitMs: number,
  ) {
    this.subscription = connection.subscribe(`${this.inbox}.>`, {
      callback: (error, message) => this.receive(error, message),
    });
  }

  /**
   * Failures: errors.TimeoutError, errors.NoRespondersError, JetStreamApiError, a missing message, or what the connection
   * says to a message that it cannot send. What was before the failed message may be stored or not.
   */
  send(messages: readonly BatchMessage[], listener: BatchListener): void {
    this.abandon();
    const id = `${this.idPrefix}-${(this.batches++).toString(36)}`;
    const batch: OpenBatch = { id, listener, sent: 0 };
    this.open = batch;
    this.timer = setTimeout(() => this.fail(batch, new errors.TimeoutError(), 0), this.ackWaitMs);
    try {
      for (const { subject, payload, headers } of messages) {
        const operation = operationOf(batch.sent, messages.length);
        this.connection.publish(subject, payload, { headers, reply: this.replyTo(batch, operation) });
        batch.sent++;
      }
    } catch (error) {
      this.commitPartial(batch, messages, error);
    }
  }

  /** Answers to the open batch are not waited for any more. */
  abandon(): void {
    clearTimeout(this.timer);
    this.open = undefined;
  }

  close(): void {
    this.abandon();
    if (!this.connection.isClosed()) this.subscription.unsubscribe();
  }

  private replyTo({ id, sent }: OpenBatch, operation: number): string {
    return `${this.inbox}.${id}.${MESSAGES_PER_PROGRESS}.fail.${sent + 1}.${operation}.$FI`;
  }

  /** Commits what was sent before the message that the connection refuses. */
  private commitPartial(batch: OpenBatch, [first]: readonly BatchMessage[], error: unknown): void {
    batch.unsent = error;
    if (batch.sent === 0) return queueMicrotask(() => this.fail(batch, error, 0));
    try {
      const reply = this.replyTo(batch, OPERATION.commitWithout);
      this.connection.publish(first!.subject, Empty, { reply });
    } catch (cause) {
      queueMicrotask(() => this.fail(batch, cause, batch.sent));
    }
  }

  private receive(error: Error | null, message: Msg): void {
    const batch = this.open;
    if (error || !batch) return;
    const [id, , , sequence] = message.subject.slice(this.inbox.length + 1).split('.');
    if (id !== batch.id) return;
    const index = Number(sequence) - 1;
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS)
      return this.fail(batch, new errors.NoRespondersError(message.subject), index);
    this.handleAnswer(batch, message.json<Answer>(), index);
  }

  private handleAnswer(batch: OpenBatch, answer: Answer, index: number): void {
    const { type, error, seq = 0 } = answer;
    if (error) return this.fail(batch, new JetStreamApiError(error), type === 'err' ? seq - 1 : index);
    if (type === 'gap') return this.fail(batch, new Error('a message was lost on its way to the log'), index);
    if (type === 'ack') return void this.timer?.refresh();
    if (answer.batch !== batch.id) return;
    const { count = 0, duplicate = false } = answer;
    if (count < batch.sent) return this.fail(batch, new Error('the log took a part of a batch'), count);
    if (batch.unsent !== undefined) return this.fail(batch, batch.unsent, batch.sent);
    this.abandon();
    batch.listener.stored({ sequence: seq, duplicate });
  }

  private fail(batch: OpenBatch, error: unknown, index: number): void {
    if (batch !== this.open) return;
    this.abandon();
    batch.listener.failed(error, index);
  }
}

function operationOf(sent: number, total: number): number {
  if (sent === total - 1) return OPERATION.commit;
  return sent === 0 ? OPERATION.start : OPERATION.append;
}
