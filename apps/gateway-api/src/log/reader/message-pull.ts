import {
  createInbox,
  type Msg,
  nanos,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';

/** A message of a stream, as its consumer delivers it. */
export interface PulledMessage {
  /** Sequence in the stream. */
  seq: number;
  subject: string;
  data: Buffer;
  /** When the stream stored it, in milliseconds since the Unix epoch. */
  storedAtMs: number;
  /** Number of the consumer's message: consecutive, unless messages were lost on the way. */
  delivered: number;
  /** Number of messages that the consumer can deliver after this one. */
  pending: number;
}

interface PullFrom {
  /** Subject of the consumer's requests. */
  address: string;
  /** Prefix of the addresses for answers; undefined: the default. */
  inboxPrefix: string | undefined;
  expiresMs: number;
}

interface Waiting {
  count: number;
  resolve: (messages: PulledMessage[]) => void;
  reject: (error: Error) => void;
}

/** The server is expected to send something at least this often while a request is open. */
const HEARTBEAT_MS = 2_000;
const MISSED_HEARTBEATS = 3;
const REQUEST_EXPIRED = 408;
const HEARTBEAT = 100;

/**
 * Requests messages of one pull consumer ahead of their use. The library's `fetch` opens a subscription for each request, and so
 * cannot request the next messages before the former have arrived; its `consume` cannot pause.
 */
export class MessagePull {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly watchdog: NodeJS.Timeout;
  private arrived: PulledMessage[] = [];
  private requested = 0;
  private lastSignMs = performance.now();
  private waiting: Waiting | undefined;
  private failure: Error | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly from: PullFrom,
  ) {
    this.inbox = createInbox(from.inboxPrefix);
    const callback = (error: Error | null, message: Msg) =>
      error ? this.fail(error) : this.receive(message);
    this.subscription = connection.subscribe(this.inbox, { callback });
    this.watchdog = setInterval(() => this.checkHeartbeat(), HEARTBEAT_MS).unref();
  }

  /** Number of messages that have arrived and were not taken, or that are requested. */
  get ahead(): number {
    return this.arrived.length + this.requested;
  }

  request(count: number): void {
    if (this.requested === 0) this.lastSignMs = performance.now();
    this.requested += count;
    const expires = nanos(this.from.expiresMs);
    const request = { batch: count, expires, idle_heartbeat: nanos(HEARTBEAT_MS) };
    this.connection.publish(this.from.address, JSON.stringify(request), { reply: this.inbox });
  }

  /**
   * The next messages: `count` of them, or fewer if the consumer has no more for now, or if the requests expired. Rejects when the
   * consumer or the connection is lost; messages that were not taken are lost then.
   */
  take(count: number): Promise<PulledMessage[]> {
    return new Promise((resolve, reject) => {
      this.waiting = { count, resolve, reject };
      this.settle();
    });
  }

  /** Lets `take` reject, now and later. */
  fail(error: Error): void {
    this.failure ??= error;
    this.settle();
  }

  /** Ends a `take` that waits, with what has arrived. */
  stop(): void {
    clearInterval(this.watchdog);
    this.subscription.unsubscribe();
    this.requested = 0;
    this.settle();
  }

  private receive(message: Msg): void {
    this.lastSignMs = performance.now();
    if (message.subject === this.inbox) this.receiveStatus(message);
    else {
      this.requested -= 1;
      this.arrived.push(pulledMessage(message));
    }
    if (this.waiting) this.settle();
  }

  private receiveStatus({ headers }: Msg): void {
    const code = headers?.code;
    if (code === HEARTBEAT) return;
    if (code !== REQUEST_EXPIRED)
      return this.fail(new Error(`the consumer answered ${code} ${headers?.description}`));
    this.requested = Math.max(0, this.requested - Number(headers?.get('Nats-Pending-Messages')));
  }

  private settle(): void {
    const { waiting, arrived } = this;
    if (!waiting) return;
    if (this.failure) waiting.reject(this.failure);
    else if (arrived.length >= waiting.count || this.requested === 0 || arrived.at(-1)?.pending === 0) {
      this.arrived = arrived.slice(waiting.count);
      waiting.resolve(arrived.slice(0, waiting.count));
    } else return;
    this.waiting = undefined;
  }

  private checkHeartbeat(): void {
    const silentMs = performance.now() - this.lastSignMs;
    if (this.requested > 0 && silentMs > HEARTBEAT_MS * MISSED_HEARTBEATS)
      this.fail(new Error('the consumer sends no heartbeats'));
  }
}

/**
 * A consumer's message has its numbers in the address for acknowledgements: `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream
 * sequence>.<consumer sequence>.<time in nanoseconds>.<pending>`, or with a domain and an account before the stream.
 */
function pulledMessage({ reply, subject, data }: Msg): PulledMessage {
  const tokens = reply!.split('.');
  const at = tokens.length === 9 ? 5 : 7;
  return {
    seq: Number(tokens[at]),
    delivered: Number(tokens[at + 1]),
    storedAtMs: Number(tokens[at + 2]) / 1e6,
    pending: Number(tokens[at + 3]),
    subject,
    data: Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  };
}
