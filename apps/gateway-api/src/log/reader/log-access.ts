import { AppError, LOG_STREAM } from '@discord-relay/contracts';
import { type Logger, type NatsConfig, natsOptions } from '@discord-relay/platform';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { logIdOf } from '../select/event-cursor.js';
import type { SubjectSelection } from '../select/subject-filters.js';
import { LivePriority } from './live-priority.js';
import { type LogClients, LogReader } from './log-reader.js';

/** A busy server answers late; a request that fails is not repeated. */
const TIMEOUT_MS = 15_000;

/** Number of messages in the batches of all readers together, as long as each has a few. A reader has up to four batches in memory. */
const BATCHED_MESSAGES = 600;
const LARGE_BATCH = 400;
const SMALL_BATCH = 25;
/** Requested by each of a few readers, so that the next batch arrives while one is used; more readers keep the process busy by turns. */
const BATCHES_AHEAD = 2;
const FEW_READERS = 2;
/** While changes are delivered live, a smaller batch delays them less. */
const LIVE_BATCH = 100;

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
  /** Readers judge one batch at a time. */
  readonly priority = new LivePriority();
  private readonly readers = new Set<LogReader>();
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

  /** Reads the selected messages after a sequence. */
  open(selection: SubjectSelection, afterSeq: number, signal: AbortSignal): LogReader {
    const batchSize = () => this.batchSize();
    const batchesAhead = () => (this.readers.size > FEW_READERS ? 1 : BATCHES_AHEAD);
    const onClose = () => this.readers.delete(reader);
    const from = { selection, afterSeq, signal, batchSize, batchesAhead, onClose };
    const reader = new LogReader(() => this.clients(), from, this.logger);
    this.readers.add(reader);
    return reader;
  }

  private batchSize(): number {
    const share = Math.floor(BATCHED_MESSAGES / this.readers.size);
    return Math.max(SMALL_BATCH, Math.min(this.priority.isLive ? LIVE_BATCH : LARGE_BATCH, share));
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
    this.connection ??= this.connected();
    try {
      const connection = await this.connection;
      const options = { timeout: TIMEOUT_MS };
      const jsm = await jetstreamManager(connection, { ...options, checkAPI: false });
      return { connection, inboxPrefix: this.config.NATS_INBOX_PREFIX, jsm };
    } catch (error) {
      this.connection = undefined;
      throw error;
    }
  }

  private async connected(): Promise<NatsConnection> {
    const options = natsOptions(this.config, `${this.instance}-events`);
    const connection = await connect({ ...options, waitOnFirstConnect: false });
    void this.watch(connection);
    return connection;
  }

  /** What readers have requested is lost with a connection. */
  private async watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status())
      if (type === 'reconnect') for (const reader of this.readers) reader.connectionLost();
  }
}
