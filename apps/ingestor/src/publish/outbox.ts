import type { NatsConnection } from '@nats-io/transport-node';
import type { AppError } from '@discord-relay/contracts';
import { Condition, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import type { LogFences } from '../nats/log-fences.js';
import { Backpressure } from './backpressure.js';
import type { LogPublisher } from './log-publisher.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { DiskSpool } from './spool/disk-spool.js';
import { SpoolReader } from './spool-reader.js';

export const SPOOL_STATES = ['off', 'empty', 'filling', 'full', 'draining', 'broken'] as const;
export type SpoolState = (typeof SPOOL_STATES)[number];

export interface OutboxSettings {
  /** Maximum number of events in memory. Beyond it the spool is used or, without one, the outbox is full. */
  queueMax: number;
  /** The same limit in bytes. */
  queueMaxBytes: number;
  /** Maximum number of bytes on disk. Beyond it the outbox is full. */
  spoolMaxBytes: number;
}

/**
 * Holds events until the log has them: in memory while it accepts them, on disk while it does not. From the moment the
 * spool is used until it is empty again, every event goes through it, which keeps them in order.
 */
export class Outbox {
  private spooling: boolean;
  private stopped = false;
  private readonly reader: SpoolReader | undefined;
  private readonly condition = new Condition();
  private readonly backpressure: Backpressure;

  constructor(
    private readonly publisher: LogPublisher,
    private readonly spool: DiskSpool | undefined,
    private readonly settings: OutboxSettings,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    this.reader = spool && new SpoolReader(spool, publisher, settings, metrics, logger);
    this.backpressure = new Backpressure(publisher, settings.queueMax, metrics);
    this.spooling = (spool?.length ?? 0) > 0;
    publisher.onFailure(() => {
      this.startSpooling('the log does not acknowledge');
      this.updateBackpressure();
    });
    spool?.onSynced(() => this.onProgress());
    if (this.reader) this.reader.onFinished = () => this.onProgress();
  }

  /**
   * Calls back when events arrive faster than a healthy log accepts them, and when that is over. The producer should pause for
   * these milliseconds, which is cheaper than writing the events to disk and reading them again.
   */
  onBackpressure(callback: (backpressured: boolean) => void): void {
    this.backpressure.onChange = callback;
  }

  /** Calls back when the spool cannot be read, which only an operator can remedy. */
  onRefused(callback: (error: AppError) => void): void {
    if (this.reader) this.reader.onRefused = callback;
  }

  /**
   * Publishes the spooled events of an earlier process. Resolves when it is known which of them the log already has.
   * @param fences decide which events that are read back from the spool may enter the log
   * @throws AppError LOG.UNAVAILABLE, LOG.SPOOL_DAMAGED, errors of the server
   */
  async open(connection: NatsConnection, fences: LogFences): Promise<void> {
    await this.reader?.open(connection, fences);
  }

  publish(event: OutgoingEvent): void {
    this.enqueue(event);
    this.updateBackpressure();
  }

  /** Number of unacknowledged events. */
  get length(): number {
    return this.spooling ? this.spool!.length : this.publisher.length;
  }

  get inFlight(): number {
    return this.publisher.inFlight;
  }

  lagMs(nowMs: number): number {
    return this.publisher.lagMs(nowMs);
  }

  get spoolEvents(): number {
    return this.spooling ? this.spool!.length : 0;
  }

  get spoolBytes(): number {
    return this.spool?.bytes ?? 0;
  }

  /** Number of bytes that wait to be written to the spool. */
  get unwrittenBytes(): number {
    return this.spool?.unwrittenBytes ?? 0;
  }

  get spoolState(): SpoolState {
    if (!this.spool) return 'off';
    if (!this.spooling) return 'empty';
    if (this.spool.failure !== undefined) return 'broken';
    if (this.spool.bytes >= this.settings.spoolMaxBytes) return 'full';
    return this.publisher.failure === undefined ? 'draining' : 'filling';
  }

  /** Why events do not reach the log at once; undefined while they do. */
  get failure(): string | undefined {
    const waits = this.spooling ? `spool ${this.spoolState}, ${this.spool!.length} events` : undefined;
    const reasons = [this.publisher.failure, waits, this.spooling ? this.spool!.failure : undefined];
    return reasons.filter((reason) => reason !== undefined).join('; ') || undefined;
  }

  /** Whether producers should pause. Events that they publish nevertheless are accepted. */
  get isFull(): boolean {
    if (!this.spool) return this.publisher.length >= this.settings.queueMax;
    return this.spoolState === 'full' || this.spoolState === 'broken';
  }

  /** Resolves when the outbox has capacity for many events. */
  async untilCapacity(): Promise<void> {
    if (!this.spool) return await this.publisher.whenAtMost(Math.floor(this.settings.queueMax / 2));
    const { spool } = this;
    const half = this.settings.spoolMaxBytes / 2;
    await this.condition.until(() => !this.spooling || (spool.failure === undefined && spool.bytes <= half));
  }

  /** Resolves when every event is in the log. */
  async whenEmpty(): Promise<void> {
    if (!this.spool) return await this.publisher.whenAtMost(0);
    await this.condition.until(() => !this.spooling);
    await this.publisher.whenAtMost(0);
  }

  /** Drops unacknowledged events. Nothing is lost: spooled ones are on disk, and Discord sends the others again. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.updateBackpressure();
    this.publisher.stop();
    await this.reader?.stop();
    await this.spool?.close();
  }

  private enqueue(event: OutgoingEvent): void {
    if (this.reader?.isStored(event.id)) {
      this.metrics.duplicates.inc();
      return event.settled();
    }
    if (!this.spooling && this.isMemoryFull) this.startSpooling('memory is full');
    if (this.spooling) this.reader!.append(event);
    else this.publisher.publish(event);
  }

  private updateBackpressure(): void {
    this.backpressure.update(!this.spooling && !this.stopped);
  }

  private get isMemoryFull(): boolean {
    const { queueMax, queueMaxBytes } = this.settings;
    return this.publisher.length >= queueMax || this.publisher.bytes >= queueMaxBytes;
  }

  /** Sends every further event through the spool, after the unacknowledged ones in memory. */
  private startSpooling(reason: string): void {
    if (!this.reader || this.spooling || this.stopped) return;
    this.spooling = true;
    this.updateBackpressure();
    const events = this.reader.appendUnacknowledged();
    this.logger.warn({ events, reason }, 'spooling events to disk');
  }

  private onProgress(): void {
    if (this.spooling && this.spool!.length === 0) this.spooling = false;
    if (this.spooling) this.reader!.read();
    this.condition.notify();
  }
}
