import type { NatsConnection } from '@nats-io/transport-node';
import { AppError } from '@discord-relay/contracts';
import { Condition, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { findStored } from './find-stored.js';
import type { LogPublisher } from './log-publisher.js';
import type { OutgoingEvent } from './outgoing-event.js';
import type { DiskSpool, SpooledRecord } from './spool/disk-spool.js';
import { Fifo } from './spool/fifo.js';
import { fromRecord, toRecord } from './spooled-event.js';

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
  private feeding: Promise<void> | undefined;
  private stopped = false;
  /** The `settled` callbacks of events that are only in the spool, in the spool's order. */
  private readonly settlers = new Fifo<() => void>();
  /** Records before this index were written by an earlier process. */
  private readonly firstOwnIndex: number;
  /** Ids of the spooled events that the log already had: Discord may send them again after the log's deduplication window. */
  private storedBefore: ReadonlySet<string> = new Set();
  private readonly condition = new Condition();
  private notifyRefused: (error: AppError) => void = () => undefined;
  private notifyBackpressure: (backpressured: boolean) => void = () => undefined;
  private backpressured = false;

  constructor(
    private readonly publisher: LogPublisher,
    private readonly spool: DiskSpool | undefined,
    private readonly settings: OutboxSettings,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    this.firstOwnIndex = spool?.end ?? 0;
    this.spooling = (spool?.length ?? 0) > 0;
    publisher.onFailure(() => {
      this.startSpooling('the log does not acknowledge');
      this.updateBackpressure();
    });
    spool?.onSynced(() => this.onProgress());
  }

  /**
   * Calls back when events arrive faster than a healthy log accepts them, and when that is over. The producer should pause for
   * these milliseconds, which is cheaper than writing the events to disk and reading them again.
   */
  onBackpressure(callback: (backpressured: boolean) => void): void {
    this.notifyBackpressure = callback;
  }

  /** Calls back when the spool cannot be read, which only an operator can remedy. */
  onRefused(callback: (error: AppError) => void): void {
    this.notifyRefused = callback;
  }

  /**
   * Publishes the spooled events of an earlier process. Resolves when it is known which of them the log already has.
   * @throws AppError LOG.UNAVAILABLE, LOG.SPOOL_DAMAGED, errors of the server
   */
  async open(connection: NatsConnection): Promise<void> {
    if (!this.spool || !this.spooling) return;
    const ids = new Set<string>();
    let afterSequence = Infinity;
    for await (const record of this.spool.readAll()) {
      const event = fromRecord(record);
      ids.add(event.id);
      afterSequence = Math.min(afterSequence, event.afterSequence);
    }
    this.storedBefore = await findStored(connection, afterSequence, (id) => ids.has(id));
    this.logger.info({ events: ids.size, stored: this.storedBefore.size }, 'publishing spooled events');
    this.feed();
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
    await this.feeding;
    await this.spool?.close();
  }

  private enqueue(event: OutgoingEvent): void {
    if (this.storedBefore.has(event.id)) {
      this.metrics.duplicates.inc();
      return event.settled();
    }
    if (!this.spooling && this.isMemoryFull) this.startSpooling('memory is full');
    if (!this.spooling) return this.publisher.publish(event);
    this.settlers.push(event.settled);
    this.spool!.append(toRecord(event, this.publisher.newestSequence));
  }

  private updateBackpressure(): void {
    const { publisher, settings } = this;
    const healthy = !this.spooling && !this.stopped && publisher.failure === undefined;
    const backpressured = healthy && publisher.length > settings.queueMax / (this.backpressured ? 4 : 2);
    if (backpressured === this.backpressured) return;
    this.backpressured = backpressured;
    this.notifyBackpressure(backpressured);
    if (!backpressured) return;
    this.metrics.pauses.inc();
    void publisher.whenAtMost(settings.queueMax / 4).then(() => this.updateBackpressure());
  }

  private get isMemoryFull(): boolean {
    const { queueMax, queueMaxBytes } = this.settings;
    return this.publisher.length >= queueMax || this.publisher.bytes >= queueMaxBytes;
  }

  /** Sends every further event through the spool, after the unacknowledged ones in memory. */
  private startSpooling(reason: string): void {
    if (!this.spool || this.spooling || this.stopped) return;
    this.spooling = true;
    this.updateBackpressure();
    const { unacknowledged, newestSequence } = this.publisher;
    for (const event of unacknowledged) {
      const index = this.spool.append(toRecord(event, newestSequence), { handedOut: true });
      const { settled } = event;
      event.settled = () => this.settle(index, settled);
    }
    this.logger.warn({ events: unacknowledged.length, reason }, 'spooling events to disk');
  }

  /** Reads records from disk while the publisher has few; called again whenever one is finished or written. */
  private feed(): void {
    this.feeding ??= this.feedPublisher()
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        this.notifyRefused(error);
      })
      .finally(() => (this.feeding = undefined));
  }

  private async feedPublisher(): Promise<void> {
    const spool = this.spool!;
    while (!this.stopped && spool.hasMore && !this.isBusy) {
      const records = await spool.read();
      if (records.length === 0) return;
      for (const record of records) this.publishSpooled(record);
    }
  }

  private get isBusy(): boolean {
    return (
      this.publisher.length * 4 > this.settings.queueMax ||
      this.publisher.bytes * 4 > this.settings.queueMaxBytes
    );
  }

  private publishSpooled(record: SpooledRecord): void {
    const { afterSequence: _, ...event } = fromRecord(record);
    const { index } = record;
    const own = index >= this.firstOwnIndex ? this.settlers.shift() : undefined;
    const settled = () => this.settle(index, own);
    if (index >= this.firstOwnIndex || !this.storedBefore.has(event.id))
      return this.publisher.publish({ ...event, settled });
    this.metrics.duplicates.inc();
    settled();
  }

  private settle(index: number, settled: (() => void) | undefined): void {
    settled?.();
    this.spool!.finish(index);
    if (this.spooling && this.spool!.length === 0) {
      this.spooling = false;
      this.logger.info('the spool is empty again');
    }
    this.onProgress();
  }

  private onProgress(): void {
    if (this.spooling && this.spool!.hasMore && !this.feeding && !this.isBusy) this.feed();
    this.condition.notify();
  }
}
