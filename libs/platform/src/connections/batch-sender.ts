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

/** Operations of the protocol for messages of a batch (NATS ADR 50, "fast ingest batch"). */
const OPERATION = { start: 0, append: 1, commit: 2, commitWithout: 3 } as const;
/** Number of messages after which the server reports progress, which extends the wait for its answer. */
const MESSAGES_PER_PROGRESS = 500;
/** The status of the answer when nothing subscribes to the subject. */
const NO_RESPONDERS = 503;

export interface BatchMessage {
  subject: string;
  payload: Uint8Array;
  headers: MsgHdrs;
}

/** The whole batch is in the log. */
export interface BatchStored {
  /**
   * The log's sequence of the last stored message. 0 when the log dropped all of several messages as duplicates: the leader has
   * them, but its replicas may not have them yet.
   */
  sequence: number;
  /** Whether the batch was a single message that the log already had. */
  duplicate: boolean;
}

/** Exactly one method is called for each batch, after {@link BatchSender.send} has returned. `index`: the message that failed. */
export interface BatchListener {
  stored(answer: BatchStored): void;
  failed(error: unknown, index: number): void;
}

interface OpenBatch {
  readonly id: string;
  readonly listener: BatchListener;
  /** Messages that were sent. */
  sent: number;
  /** Why the next message could not be sent. */
  unsent?: unknown;
}

type ApiError = ConstructorParameters<typeof JetStreamApiError>[0];

/** An answer of the server: the end of a batch, progress, a missing message, or an error. */
interface Answer {
  type?: 'ack' | 'gap' | 'err';
  batch?: string;
  count?: number;
  seq?: number;
  duplicate?: boolean;
  error?: ApiError;
}

/**
 * Sends messages as a batch without gaps: the server stores a message only if it has the previous one of the batch. One batch is
 * open at a time. If the next batch starts with the first message that is not certainly stored, the log has the messages in the
 * order of sending, whatever is lost, repeated or delayed.
 */
export class BatchSender {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly idPrefix: string;
  private batches = 0;
  private open: OpenBatch | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly ackWaitMs: number,
    inboxPrefix?: string,
  ) {
    this.inbox = createInbox(inboxPrefix);
    this.idPrefix = this.inbox.slice(this.inbox.lastIndexOf('.') + 1);
    this.subscription = connection.subscribe(`${this.inbox}.>`, {
      callback: (error, message) => this.receive(error, message),
    });
  }

  /**
   * Sends a batch. Possible errors: errors.TimeoutError, errors.NoRespondersError, JetStreamApiError, a missing message, or the
   * connection's error for a message that it cannot send. Messages before the failed one may or may not be stored.
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

  /** Ignores further answers to the open batch. */
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

  /** Commits the messages before the one that the connection rejects. */
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
    if (type === 'gap') return this.fail(batch, new Error('a message was lost on the way to the log'), index);
    if (type === 'ack') return void this.timer?.refresh();
    if (answer.batch !== batch.id) return;
    const { count = 0, duplicate = false } = answer;
    if (count < batch.sent) return this.fail(batch, new Error('the log stored only part of a batch'), count);
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
