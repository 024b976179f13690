import { setTimeout as sleep } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppError } from '@discord-relay/contracts';
import { Condition, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { EarlierEvents } from './earlier-events.js';
import type { LogPublisher } from './log-publisher.js';
import type { EventLease, EventOwnership, OutgoingEvent } from './outgoing-event.js';
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

/** How often it is checked whether the lease of a spooled event's shard is still uncertain. */
const LEASE_POLL_MS = 20;

/** What an event's producer waits for. */
type Callbacks = Pick<OutgoingEvent, 'settled' | 'abandoned'>;

/** Finds out whether this process may publish the events of a lease. */
export type OwnershipOf = (lease: EventLease) => EventOwnership;

/**
 * Holds events until the log has them: in memory while it accepts them, on disk while it does not. From the moment the
 * spool is used until it is empty again, every event goes through it, which keeps them in order.
 */
export class Outbox {
  private spooling: boolean;
  private feeding: Promise<void> | undefined;
  private stopped = false;
  /** Callbacks of events that only the spool holds, in its order. */
  private readonly callbacks = new Fifo<Callbacks>();
  private readonly earlier: EarlierEvents;
  private ownershipOf: OwnershipOf | undefined;
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
    this.earlier = new EarlierEvents(spool?.end ?? 0);
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
   * Begins to publish what an earlier process has spooled, each event once the lease of its shard is certain. Resolves with
   * the newest lease of each shard in the spool, when it is known which events the log already has.
   * @throws AppError LOG.UNAVAILABLE, LOG.SPOOL_DAMAGED, errors of the server
   */
  async open(connection: NatsConnection, ownershipOf?: OwnershipOf): Promise<EventLease[]> {
    this.ownershipOf = ownershipOf;
    if (!this.spool || !this.spooling) return [];
    const found = await this.earlier.compare(this.spool, connection);
    this.logger.info(found, 'publishing spooled events');
    this.feed();
    return this.earlier.leases;
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

  /** Resolves when there is room for many events. */
  async whenRoom(): Promise<void> {
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
    if (this.earlier.isStored(event.id)) {
      this.metrics.duplicates.inc();
      return event.settled();
    }
    if (!this.spooling && this.isMemoryFull) this.startSpooling('memory is full');
    if (!this.spooling) return this.publisher.publish(event);
    this.callbacks.push(event);
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
      Object.assign(event, this.finishing(index, { ...event }));
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
      for (const record of records) await this.publishSpooled(record);
    }
  }

  private get isBusy(): boolean {
    return (
      this.publisher.length * 4 > this.settings.queueMax ||
      this.publisher.bytes * 4 > this.settings.queueMaxBytes
    );
  }

  private async publishSpooled(record: SpooledRecord): Promise<void> {
    const { afterSequence: _, lease, ...event } = fromRecord(record);
    const { index } = record;
    const isEarlier = this.earlier.includes(index);
    const callbacks = this.finishing(index, isEarlier ? undefined : this.callbacks.shift());
    if (isEarlier && this.earlier.isStored(event.id)) {
      this.metrics.duplicates.inc();
      return callbacks.settled();
    }
    const ownership = lease && this.ownershipOf?.(lease);
    if (ownership) await this.untilCertain(ownership);
    if (!this.stopped) this.publisher.publish({ ...event, ...ownership, ...callbacks });
  }

  /** Waits while it is open whether this process owns the shard; the publisher drops what it may not publish. */
  private async untilCertain({ leaseStatus }: EventOwnership): Promise<void> {
    while (!this.stopped && leaseStatus() === 'uncertain') await sleep(LEASE_POLL_MS);
  }

  /** Callbacks that finish a record of the spool as well. */
  private finishing(index: number, callbacks: Callbacks | undefined): Required<Callbacks> {
    const then = (callback: (() => void) | undefined) => () => {
      callback?.();
      this.finish(index);
    };
    return { settled: then(callbacks?.settled), abandoned: then(callbacks?.abandoned) };
  }

  private finish(index: number): void {
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
