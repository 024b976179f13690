import { LOG_STREAM, partitionSubject } from '@discord-relay/contracts';
import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';

/** The server deletes a consumer that nobody pulls from; {@link Backlog} then creates a new one, whose count is current. */
const CONSUMER_TTL_MS = 60_000;

export interface BacklogSize {
  /** Messages of the partition after a sequence. */
  events: number;
  /** When the first of them was stored, in milliseconds since the Unix epoch; null when there is none. */
  sinceMs: number | null;
}

/** Measures the unread events of a partition that has no reader, with a consumer that is used only for its count. */
export class Backlog {
  private counting: { name: string; afterSeq: number } | null = null;

  constructor(
    private readonly jsm: JetStreamManager,
    private readonly partition: number,
  ) {}

  /** @throws the API's error */
  async measure(afterSeq: number): Promise<BacklogSize> {
    const events = await this.count(afterSeq);
    if (events === 0) return { events, sinceMs: null };
    const query = { seq: afterSeq + 1, next_by_subj: partitionSubject(this.partition) };
    const first = await this.jsm.streams.getMessage(LOG_STREAM, query);
    return { events, sinceMs: first?.time.getTime() ?? null };
  }

  private async count(afterSeq: number): Promise<number> {
    if (this.counting?.afterSeq !== afterSeq) return this.createConsumer(afterSeq);
    try {
      return (await this.jsm.consumers.info(LOG_STREAM, this.counting.name)).num_pending;
    } catch (error) {
      if (!isGone(error)) throw error;
      return this.createConsumer(afterSeq);
    }
  }

  private async createConsumer(afterSeq: number): Promise<number> {
    const { name, num_pending: pending } = await this.jsm.consumers.add(LOG_STREAM, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: afterSeq + 1,
      filter_subject: partitionSubject(this.partition),
      inactive_threshold: nanos(CONSUMER_TTL_MS),
      mem_storage: true,
      num_replicas: 1,
    });
    this.counting = { name, afterSeq };
    return pending;
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound;
