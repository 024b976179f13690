import { JetStreamApiError } from '@nats-io/jetstream';
import { errors, headers, type NatsConnection } from '@nats-io/transport-node';
import { AppError, CLOUDEVENT_CONTENT_TYPE } from '@discord-relay/contracts';
import { backOff, type BatchMessage, BatchSender, type BatchStored } from '@discord-relay/platform';

const ACK_WAIT_MS = 10_000;
const MAX_ATTEMPTS = 12;
/** The server's code for a message over the stream's `max_msg_size`. */
const MESSAGE_SIZE_EXCEEDED = 10_054;

/** An encoded event. */
export interface EncodedEvent {
  id: string;
  subject: string;
  payload: Buffer;
}

/** Publishes batches of events into the log, in order, by JetStream's batches without gaps. */
export class EventPublisher {
  private readonly sender: BatchSender;

  constructor(
    private readonly connection: NatsConnection,
    inboxPrefix?: string,
  ) {
    this.sender = new BatchSender(connection, ACK_WAIT_MS, inboxPrefix);
  }

  /**
   * Resolves when the log has every event. After a failure the same events are sent again: the log drops ids that it has.
   * @returns the events that are larger than the log allows, which are left out
   * @throws AppError LOG.UNAVAILABLE when all attempts failed
   */
  async publish(events: readonly EncodedEvent[]): Promise<EncodedEvent[]> {
    let rest = events;
    const tooLarge: EncodedEvent[] = [];
    for (let attempt = 1; rest.length > 0;) {
      const failure = await this.attempt(rest.map(messageFor));
      if (!failure) break;
      const { error, index } = failure;
      if (isTooLarge(error)) {
        tooLarge.push(rest[index]!);
        rest = rest.filter((_, i) => i !== index);
        continue;
      }
      if (attempt === MAX_ATTEMPTS || this.connection.isClosed()) throw unavailable(error);
      await backOff(attempt, { firstMs: 100, capMs: 5_000 });
      attempt += 1;
    }
    return tooLarge;
  }

  close(): void {
    this.sender.close();
  }

  /** @returns the failure; undefined: the log has all messages */
  private async attempt(messages: readonly BatchMessage[]): Promise<Failure | undefined> {
    const outcome = await this.send(messages);
    if ('error' in outcome) return outcome;
    if (outcome.sequence > 0) return undefined;
    // The log dropped all of them as repeated: the leader answers this one when its replicas have them, too.
    const probe = messages.at(-1)!;
    probe.headers.set('Nats-Expected-Last-Sequence', String(Number.MAX_SAFE_INTEGER));
    const answer = await this.send([probe]);
    return 'error' in answer ? answer : undefined;
  }

  private send(messages: readonly BatchMessage[]): Promise<BatchStored | Failure> {
    return new Promise((resolve) => {
      const failed = (error: unknown, index: number) => resolve({ error, index });
      this.sender.send(messages, { stored: resolve, failed });
    });
  }
}

interface Failure {
  error: unknown;
  /** The message that failed. */
  index: number;
}

function messageFor({ id, subject, payload }: EncodedEvent): BatchMessage {
  const all = headers();
  all.set('Nats-Msg-Id', id);
  all.set('Content-Type', CLOUDEVENT_CONTENT_TYPE);
  return { subject, payload, headers: all };
}

/** The client rejects a message over the server's `max_payload`, the server one over the stream's limit. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof JetStreamApiError
    ? error.code === MESSAGE_SIZE_EXCEEDED
    : error instanceof errors.InvalidArgumentError;

const unavailable = (cause: unknown): AppError =>
  new AppError('LOG.UNAVAILABLE', `the log does not acknowledge (${String(cause)})`, { cause });
