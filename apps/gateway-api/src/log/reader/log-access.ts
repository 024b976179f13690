import { AppError, LOG_STREAM } from '@discord-relay/contracts';
import { type Logger, type NatsConfig, natsOptions, Semaphore } from '@discord-relay/platform';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { logIdOf } from '../select/event-cursor.js';
import { type LogClients, LogReader } from './log-reader.js';

/** A busy server answers late; a request that fails is not repeated. */
const TIMEOUT_MS = 15_000;

/** The log and the range of its messages. */
export interface LogBounds {
  /** Identifies the log in cursors. */
  id: string;
  /** An empty log has `firstSeq = lastSeq + 1`; a new one 0 and 0. */
  firstSeq: number;
  lastSeq: number;
}

/**
 * Reads the log over a connection of its own, which opens with the first request: a long read then never delays the
 * announcements of live delivery, which share the other connection.
 */
export class LogAccess {
  /** All readers judge one batch at a time. */
  readonly judging = new Semaphore(1);
  private connection: Promise<NatsConnection> | undefined;
  private closed = false;

  constructor(
    private readonly config: NatsConfig,
    private readonly instance: string,
    private readonly logger: Logger,
  ) {}

  /** After the streams have ended. */
  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    const connection = await this.connection?.catch(() => undefined);
    await connection?.close();
  }

  bounds(): Promise<LogBounds> {
    return this.request(async ({ jsm }) => {
      const { created, state } = await jsm.streams.info(LOG_STREAM);
      return { id: logIdOf(String(created)), firstSeq: state.first_seq, lastSeq: state.last_seq };
    });
  }

  /** Sequence of the first message that was stored at this time or later; null: there is none. */
  seqAt(timeMs: number): Promise<number | null> {
    return this.request(async ({ jsm }) => {
      const query = { start_time: new Date(Math.max(0, timeMs)).toISOString() };
      return (await jsm.direct.getMessage(LOG_STREAM, query))?.seq ?? null;
    });
  }

  /** When the first message with this sequence or a later one was stored; null: there is none. */
  storedAtMs(seq: number): Promise<number | null> {
    return this.request(async ({ jsm }) => {
      const query = { seq: Math.max(1, seq), next_by_subj: '>' };
      return (await jsm.direct.getMessage(LOG_STREAM, query))?.time.getTime() ?? null;
    });
  }

  /** Reads the messages with these subjects after a sequence. */
  open(filters: readonly string[], afterSeq: number, signal: AbortSignal): LogReader {
    return new LogReader(() => this.clients(), { filters, afterSeq, signal }, this.logger);
  }

  /** @throws AppError `SERVICE.UNAVAILABLE` */
  private async request<T>(ask: (clients: LogClients) => Promise<T>): Promise<T> {
    try {
      return await ask(await this.clients());
    } catch (cause) {
      this.logger.warn({ err: cause }, 'the log cannot be read');
      throw new AppError('SERVICE.UNAVAILABLE', 'the log cannot be read now', { cause });
    }
  }

  private async clients(): Promise<LogClients> {
    if (this.closed) throw new AppError('SERVICE.UNAVAILABLE', 'stopping: reconnect');
    this.connection ??= connect({
      ...natsOptions(this.config, `${this.instance}-events`),
      waitOnFirstConnect: false,
    });
    try {
      const connection = await this.connection;
      const options = { timeout: TIMEOUT_MS };
      const jsm = await jetstreamManager(connection, { ...options, checkAPI: false });
      return { js: jetstream(connection, options), jsm };
    } catch (error) {
      this.connection = undefined;
      throw error;
    }
  }
}
