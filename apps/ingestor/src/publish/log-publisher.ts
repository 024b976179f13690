import type { NatsConnection } from '@nats-io/transport-node';
import { backOff, BatchSender, type BatchStored, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import { EventOutcomes } from './event-outcomes.js';
import { findStoredOf } from './find-stored.js';
import { type LogPosition, requireLog } from '../nats/log-continuity.js';
import {
  type EventFence,
  isFenceRefused,
  isTooLarge,
  messagesFor,
  type OutgoingEvent,
  probeFor,
  publishingStatus,
} from './outgoing-event.js';
import { SendWindow, type Slot } from './send-window.js';

export interface PublisherSettings {
  maxInFlight: number;
  maxInFlightBytes: number;
  ackWaitMs: number;
  /** Prefix of the subject on which acknowledgements arrive; default: that of NATS. */
  inboxPrefix?: string | undefined;
  /** How long the log drops repeated message ids. */
  dedupWindowMs: number;
  /** The log's newest sequence when publishing starts. */
  newestSequence: number;
  /** When the log's stream was created. */
  created: string;
}

/** Events wait, so the log is tried again soon after an election of its leader, which takes 4 to 9 s. */
const RETRY = { firstMs: 100, capMs: 1_000 };

/**
 * Publishes events in order, one batch at a time; events that arrive in the meantime form the next batch. The server checks the
 * order within a batch, and a batch starts with the first event that is not certainly in the log, so failures do not change the
 * order. After a failure the same events are sent again with the same message ids, and the log drops those that it has. Retries
 * never end; callers monitor {@link length}.
 */
export class LogPublisher {
  private readonly sender: BatchSender;
  private readonly window: SendWindow<OutgoingEvent>;
  private readonly stopping = new AbortController();
  private readonly outcomes: EventOutcomes;
  /** Incremented with every failure. Answers of an earlier generation are ignored, because its events are being sent again. */
  private generation = 0;
  /** True while a failure is handled: nothing is sent. */
  private paused = false;
  private sending = false;
  private pumping: NodeJS.Immediate | undefined;
  /** Runs while the connection is unavailable; when it expires, that counts as a failure. */
  private disconnectTimer: NodeJS.Timeout | undefined;
  private failures = 0;
  private lastFailure = '';
  private newest: number;
  private notifyFailure: () => void = () => undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly settings: PublisherSettings,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    this.sender = new BatchSender(connection, settings.ackWaitMs, settings.inboxPrefix);
    this.window = new SendWindow(settings.maxInFlight, settings.maxInFlightBytes);
    this.outcomes = new EventOutcomes(this.window, metrics, logger);
    this.newest = settings.newestSequence;
  }

  /** Calls back whenever the log stops acknowledging. */
  onFailure(callback: () => void): void {
    this.notifyFailure = callback;
  }

  /** Number of unacknowledged events. */
  get length(): number {
    return this.window.length;
  }

  get inFlight(): number {
    return this.window.inFlight;
  }

  /** Size of the unacknowledged events. */
  get bytes(): number {
    return this.window.bytes;
  }

  /** Unacknowledged events, in order. */
  get unacknowledged(): OutgoingEvent[] {
    return this.window.remaining().map(({ item }) => item);
  }

  /** Highest sequence that the log has reported. */
  get newestSequence(): number {
    return this.newest;
  }

  /** The end of the log, as far as it has reported it. */
  get position(): LogPosition {
    return { created: this.settings.created, sequence: this.newest };
  }

  /** Why nothing is acknowledged now; undefined while the log accepts events. */
  get failure(): string | undefined {
    return this.failures > 0 ? this.lastFailure : undefined;
  }

  /** How long the oldest unacknowledged event has waited, in milliseconds. */
  lagMs(nowMs: number): number {
    return Math.max(0, nowMs - (this.window.oldest?.queuedAtMs ?? nowMs));
  }

  /** Queues an event. Events of one turn of the event loop are sent together at its end. */
  publish(event: OutgoingEvent): void {
    this.window.push(event);
    this.pumping ??= setImmediate(() => this.pump());
  }

  /** Resolves when no more than `length` events are unacknowledged. */
  async whenAtMost(length: number): Promise<void> {
    await this.outcomes.whenAtMost(length);
  }

  /**
   * Stops sending until {@link reconnected}, because the NATS client drops messages that it accepted before it lost the
   * connection, but sends those that it accepts afterwards.
   */
  disconnected(): void {
    if (this.stopping.signal.aborted || this.disconnectTimer) return;
    this.pause();
    const tooLong = () => this.reportFailure(new Error('nats is disconnected'));
    this.disconnectTimer = setTimeout(tooLong, this.settings.ackWaitMs);
  }

  /** Sends everything unacknowledged again, over the new connection. */
  reconnected(): void {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.disconnectTimer);
    this.disconnectTimer = undefined;
    this.pause();
    void this.resume(this.generation);
  }

  /** Drops unacknowledged events. Nothing is lost, because their dispatches are not settled. */
  stop(): void {
    this.stopping.abort();
    clearImmediate(this.pumping);
    clearTimeout(this.disconnectTimer);
    this.sender.close();
    if (this.length > 0)
      this.logger.warn({ unacknowledged: this.length }, 'stopped before all events were published');
  }

  private pump(): void {
    clearImmediate(this.pumping);
    this.pumping = undefined;
    if (this.sending || this.paused || this.stopping.signal.aborted) return;
    const slots = this.takeBatch();
    if (slots.length > 0) this.send(slots);
    else if (this.window.length > 0) this.retry(new Error('shard lease could not be renewed in time'));
  }

  /** Events from the front of the queue that this process certainly may publish. */
  private takeBatch(): Slot<OutgoingEvent>[] {
    const slots: Slot<OutgoingEvent>[] = [];
    let abandoned = 0;
    for (let slot = this.window.peek(); slot; slot = this.window.peek()) {
      const status = publishingStatus(slot.item);
      if (status === 'uncertain') break;
      this.window.takeNext();
      if (status === 'held') slots.push(slot);
      else if (this.outcomes.abandon(slot)) abandoned++;
    }
    if (abandoned > 0)
      this.logger.warn({ events: abandoned }, 'events dropped because another replica has their shard');
    return slots;
  }

  private send(slots: readonly Slot<OutgoingEvent>[]): void {
    const { generation, newest: afterSequence } = this;
    const sentAtMs = performance.now();
    const messages = messagesFor(slots.map(({ item }) => item));
    for (const { item } of slots) item.firstSending ??= { atMs: sentAtMs, afterSequence };
    const failed = (error: unknown, index: number) => {
      if (generation !== this.generation) return;
      const { fence } = slots[index]!.item;
      if (isTooLarge(error)) this.sendWithout(slots[index]!);
      else this.retry(error, isFenceRefused(error) ? fence : undefined);
    };
    const unknown = (error: unknown) => generation === this.generation && this.retry(error);
    const stored = (answer: BatchStored) => {
      if (answer.sequence === 0)
        return this.sender.send([probeFor(slots.at(-1)!.item)], { stored, failed: unknown });
      this.metrics.ackSeconds.observe((performance.now() - sentAtMs) / 1_000);
      this.sending = false;
      this.acknowledge(slots, answer);
      this.pump();
    };
    this.sending = true;
    this.sender.send(messages, { stored, failed });
  }

  private acknowledge(slots: readonly Slot<OutgoingEvent>[], { sequence, duplicate }: BatchStored): void {
    if (this.failures > 0) this.logger.info({ failures: this.failures }, 'the log acknowledges again');
    this.failures = 0;
    this.newest = Math.max(this.newest, sequence);
    if (duplicate) this.metrics.duplicates.inc(slots.length);
    this.window.widen();
    for (const slot of slots) this.outcomes.settle(slot);
  }

  /** Stops sending until {@link resume} knows which of the sent events were stored. */
  private pause(): void {
    this.generation++;
    this.paused = true;
    this.sending = false;
    this.sender.abandon();
    this.metrics.retries.inc(this.window.inFlight);
    this.window.rewind();
    this.window.narrow();
  }

  /** Resumes after a failure. First settles the events that the log has, while it still recognizes their message ids. */
  private async resume(generation: number): Promise<void> {
    try {
      await requireLog(this.connection, this.position);
      const sent = this.window.remaining().filter(({ item }) => item.firstSending !== undefined);
      const items = sent.map(({ item }) => item);
      const stored = await findStoredOf(this.connection, items, this.settings.dedupWindowMs);
      if (generation !== this.generation) return;
      for (const slot of sent) if (stored.has(slot.item.id)) this.outcomes.settleDuplicate(slot);
      this.paused = false;
      this.pump();
    } catch (error) {
      if (generation === this.generation) this.retry(error);
    }
  }

  /** Drops an event that the log can never accept, and sends the others again. */
  private sendWithout(slot: Slot<OutgoingEvent>): void {
    this.pause();
    this.outcomes.drop(slot);
    void this.resume(this.generation);
  }

  /** Sends everything unacknowledged again after a delay. @param refused a fence that the log rejects */
  private retry(error: unknown, refused?: EventFence): void {
    if (this.stopping.signal.aborted) return;
    this.pause();
    const { failures } = this;
    this.reportFailure(error);
    const renewed = refused?.refresh().catch((err: unknown) => {
      this.logger.warn({ err }, 'cannot read the fence of a shard; trying again');
    });
    void this.resumeAfterPause(this.generation, failures, renewed);
  }

  private reportFailure(error: unknown): void {
    this.lastFailure = error instanceof Error ? error.message : String(error);
    const figures = { err: error, attempt: this.failures, unacknowledged: this.length };
    this.logger.warn({ code: 'LOG.UNAVAILABLE', ...figures }, 'the log does not acknowledge');
    this.failures++;
    this.notifyFailure();
  }

  private async resumeAfterPause(
    generation: number,
    failures: number,
    renewed?: Promise<void>,
  ): Promise<void> {
    try {
      await renewed;
      await backOff(failures, { ...RETRY, signal: this.stopping.signal });
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      throw error;
    }
    if (generation === this.generation && !this.disconnectTimer) await this.resume(generation);
  }
}
