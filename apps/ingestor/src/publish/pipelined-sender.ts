import { JetStreamApiError, type PubAck } from '@nats-io/jetstream';
import {
  createInbox,
  errors,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';

/** Called once for each message, never from within {@link PipelinedSender.send}. */
export type Answered = (error: unknown, ack?: PubAck) => void;

interface Waiting {
  answered: Answered;
  overdueAtMs: number;
}

type ApiError = ConstructorParameters<typeof JetStreamApiError>[0];

/** The status of an answer that says that nobody listens on the subject. */
const NO_RESPONDERS = 503;

/**
 * Sends messages to JetStream and tells of each what became of it. The client's own `publish` makes a promise, a
 * timer and an error for every message, which is a third of a busy publisher's time; here all share one subscription
 * for the answers and one timer for those that do not come.
 */
export class PipelinedSender {
  private readonly inbox = createInbox();
  private readonly subscription: Subscription;
  /** In the order of sending, so that the first one is the first to be overdue. */
  private readonly waiting = new Map<string, Waiting>();
  private sent = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly ackWaitMs: number,
  ) {
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => this.receive(error, message),
    });
  }

  /**
   * `answered` gets the acknowledgement, or why there is none: errors.TimeoutError, errors.NoRespondersError,
   * JetStreamApiError, or what the connection says to a message that it cannot send.
   */
  send(subject: string, payload: Uint8Array, headers: MsgHdrs, answered: Answered): void {
    const token = (this.sent++).toString(36);
    try {
      this.connection.publish(subject, payload, { headers, reply: `${this.inbox}.${token}` });
    } catch (error) {
      return queueMicrotask(() => answered(error));
    }
    this.waiting.set(token, { answered, overdueAtMs: performance.now() + this.ackWaitMs });
    this.timer ??= setTimeout(() => this.expire(), this.ackWaitMs);
  }

  /** Nothing is answered any more. */
  close(): void {
    clearTimeout(this.timer);
    this.waiting.clear();
    if (!this.connection.isClosed()) this.subscription.unsubscribe();
  }

  private receive(error: Error | null, message: Msg): void {
    if (error) return;
    const token = message.subject.slice(this.inbox.length + 1);
    const waiting = this.waiting.get(token);
    if (!waiting) return;
    this.waiting.delete(token);
    const answer = readAnswer(message);
    if ('seq' in answer) waiting.answered(undefined, answer);
    else waiting.answered(answer);
  }

  private expire(): void {
    const nowMs = performance.now();
    for (const [token, { answered, overdueAtMs }] of this.waiting) {
      if (overdueAtMs > nowMs) break;
      this.waiting.delete(token);
      answered(new errors.TimeoutError());
    }
    const [next] = this.waiting.values();
    this.timer = next && setTimeout(() => this.expire(), next.overdueAtMs - nowMs);
  }
}

function readAnswer(message: Msg): PubAck | Error {
  if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS)
    return new errors.NoRespondersError(message.subject);
  const answer = message.json<PubAck | { error: ApiError }>();
  if ('error' in answer) return new JetStreamApiError(answer.error);
  return { ...answer, duplicate: answer.duplicate ?? false };
}
