import { JetStreamApiError, type PubAck } from '@nats-io/jetstream';
import { errors, headers, type NatsConnection } from '@nats-io/transport-node';
import { CLOUDEVENT_CONTENT_TYPE, type EventType } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics.js';
import { findStored } from './find-stored.js';
import { PipelinedSender } from './pipelined-sender.js';
import { SendWindow, type Slot } from './send-window.js';

/** The server's code for a message over the stream's `max_msg_size`. */
const MESSAGE_SIZE_EXCEEDED = 10_054;

export interface PublisherSettings {
  maxInFlight: number;
  maxInFlightBytes: number;
  ackWaitMs: number;
  /** For how long the log drops repeated message ids. */
  dedupWindowMs: number;
  /** The log's newest sequence when publishing begins. */
  newestSequence: number;
}

/** Tells when an event was sent first: if the log stored it, it did so then or later, and behind that sequence. */
export interface FirstSending {
  atMs: number;
  afterSequence: number;
}

/** An encoded event on its way into the log. */
export interface OutgoingEvent {
  id: string;
  type: EventType;
  subject: string;
  payload: Uint8Array;
  /** Size of the payload. */
  bytes: number;
  traceparent: string;
  queuedAtMs: number;
  firstSending?: FirstSending;
  /** Whether it is still for this process to publish; without it it is. */
  standing?: () => 'held' | 'uncertain' | 'lost';
  /** Called once, when the log has the event or can never take it. */
  settled: () => void;
}

/**
 * Publishes events in order, many at a time. When one is not acknowledged, sending stops until those under way have
 * settled and then goes on from the first one that is missing, with the same message ids: the log drops what it has.
 * It does so for ever; whoever fills the queue watches {@link length}.
 */
export class LogPublisher {
  private readonly sender: PipelinedSender;
  private readonly window: SendWindow<OutgoingEvent>;
  private readonly stopping = new AbortController();
  private waiters: { length: number; resolve: () => void }[] = [];
  /** Counts from one failure to the next; what fails in an earlier pass is sent again already. */
  private pass = 0;
  private holding = false;
  private pumping: NodeJS.Immediate | undefined;
  private unsettled = 0;
  private failures = 0;
  private lastFailure = '';
  private newest: number;
  private failed: () => void = () => undefined;

  constructor(
    private readonly connection: NatsConnection,
    private readonly settings: PublisherSettings,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    this.sender = new PipelinedSender(connection, settings.ackWaitMs);
    this.window = new SendWindow(settings.maxInFlight, settings.maxInFlightBytes);
    this.newest = settings.newestSequence;
  }

  /** Calls back whenever the log stops to acknowledge. */
  onFailure(callback: () => void): void {
    this.failed = callback;
  }

  /** Events that are not acknowledged. */
  get length(): number {
    return this.window.length;
  }

  get inFlight(): number {
    return this.window.underWay;
  }

  /** Size of the events that are not acknowledged. */
  get bytes(): number {
    return this.window.bytes;
  }

  /** Events that are not acknowledged, in order. */
  get unacknowledged(): OutgoingEvent[] {
    return this.window.remaining().map(({ item }) => item);
  }

  /** Highest sequence the log has told of. */
  get newestSequence(): number {
    return this.newest;
  }

  /** Why nothing is acknowledged at present; undefined while the log takes events. */
  get failure(): string | undefined {
    return this.failures > 0 ? this.lastFailure : undefined;
  }

  /** How long the oldest unacknowledged event has waited, in milliseconds. */
  lagMs(nowMs: number): number {
    return Math.max(0, nowMs - (this.window.oldest?.queuedAtMs ?? nowMs));
  }

  publish(event: OutgoingEvent): void {
    this.window.push(event);
    // What comes while others are under way leaves together with what this turn of the event loop brings.
    if (this.window.underWay === 0) this.pump();
    else this.pumping ??= setImmediate(() => this.pump());
  }

  /** Resolves when no more than `length` events are unacknowledged. */
  async whenAtMost(length: number): Promise<void> {
    if (this.window.length <= length) return;
    await new Promise<void>((resolve) => this.waiters.push({ length, resolve }));
  }

  /** Sends everything unacknowledged again, now: the connection under what was sent is gone. */
  resend(): void {
    if (this.stopping.signal.aborted) return;
    const pass = ++this.pass;
    this.metrics.retries.inc(this.window.underWay);
    this.window.rewind();
    this.window.narrow();
    this.holding = true;
    void this.settleStored(pass);
  }

  /** Gives up what is not acknowledged. Nothing is lost by it: its dispatches are not settled. */
  stop(): void {
    this.stopping.abort();
    clearImmediate(this.pumping);
    this.sender.close();
    if (this.length > 0)
      this.logger.warn({ unacknowledged: this.length }, 'stopped before all was published');
  }

  private pump(): void {
    clearImmediate(this.pumping);
    this.pumping = undefined;
    if (this.holding || this.stopping.signal.aborted) return;
    for (let slot = this.window.take(); slot; slot = this.holding ? undefined : this.window.take())
      this.send(slot, this.pass);
  }

  /** Every outcome ends in a settled slot or in a new pass. */
  private send(slot: Slot<OutgoingEvent>, pass: number): void {
    const { id, subject, payload, traceparent } = slot.item;
    const standing = slot.item.standing?.() ?? 'held';
    if (standing === 'lost') return this.abandon(slot);
    if (standing === 'uncertain')
      return this.startOver(new Error('shard lease could not be renewed in time'));
    const sentAtMs = performance.now();
    slot.item.firstSending ??= { atMs: Date.now(), afterSequence: this.newest };
    this.unsettled++;
    this.sender.send(subject, payload, eventHeaders(id, traceparent), (error, ack) => {
      this.unsettled--;
      if (ack) {
        this.metrics.ackSeconds.observe((performance.now() - sentAtMs) / 1_000);
        this.acknowledge(slot, ack);
      } else if (isTooLarge(error)) this.giveUp(slot);
      else if (pass === this.pass) this.startOver(error);
      this.pump();
    });
  }

  private acknowledge(slot: Slot<OutgoingEvent>, ack: PubAck): void {
    if (this.failures > 0) this.logger.info({ failures: this.failures }, 'log acknowledges again');
    this.failures = 0;
    this.newest = Math.max(this.newest, ack.seq);
    this.window.widen();
    if (!this.window.finish(slot)) return;
    this.metrics.published.inc({ type: slot.item.type });
    if (ack.duplicate) this.metrics.duplicates.inc();
    this.finished(slot.item);
  }

  /**
   * Goes on after a failure. What was sent so long ago that the log may have forgotten its message id is looked up
   * first: sent again it would be stored twice.
   */
  private async settleStored(pass: number): Promise<void> {
    try {
      const sent = this.window.remaining().filter(({ item }) => item.firstSending !== undefined);
      const stored = await this.findForgotten(sent.map(({ item }) => item));
      if (pass !== this.pass) return;
      for (const slot of sent) if (stored.has(slot.item.id)) this.settleDuplicate(slot);
      this.holding = false;
      this.pump();
    } catch (error) {
      if (pass === this.pass) this.startOver(error);
    }
  }

  private async findForgotten(sent: readonly OutgoingEvent[]): Promise<ReadonlySet<string>> {
    const first = sent[0]?.firstSending;
    if (!first || Date.now() - first.atMs < this.settings.dedupWindowMs / 2) return new Set();
    const ids = new Set(sent.map(({ id }) => id));
    return await findStored(this.connection, first.afterSequence, (id) => ids.has(id));
  }

  private settleDuplicate(slot: Slot<OutgoingEvent>): void {
    if (!this.window.finish(slot)) return;
    this.metrics.published.inc({ type: slot.item.type });
    this.metrics.duplicates.inc();
    this.finished(slot.item);
  }

  private giveUp(slot: Slot<OutgoingEvent>): void {
    if (!this.window.finish(slot)) return;
    const { id, subject, bytes } = slot.item;
    this.metrics.tooLarge.inc();
    this.logger.error(
      { code: 'LOG.EVENT_TOO_LARGE', eventId: id, subject, bytes },
      'event left out of the log',
    );
    this.finished(slot.item);
  }

  /** Another replica has the shard, and gets from Discord what was not settled here. */
  private abandon(slot: Slot<OutgoingEvent>): void {
    if (this.window.finish(slot)) this.notifyWaiters();
  }

  private finished(event: OutgoingEvent): void {
    event.settled();
    this.notifyWaiters();
  }

  private notifyWaiters(): void {
    if (this.waiters.length === 0) return;
    const ready = this.waiters.filter((waiter) => this.window.length <= waiter.length);
    this.waiters = this.waiters.filter((waiter) => this.window.length > waiter.length);
    for (const { resolve } of ready) resolve();
  }

  private startOver(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.pass++;
    this.holding = true;
    this.lastFailure = error instanceof Error ? error.message : String(error);
    const figures = { err: error, attempt: this.failures, unacknowledged: this.length };
    this.logger.warn({ code: 'LOG.UNAVAILABLE', ...figures }, 'log does not acknowledge');
    this.failed();
    void this.resumeAfterPause(this.pass, this.failures++);
  }

  private async resumeAfterPause(pass: number, attempt: number): Promise<void> {
    try {
      do await backOff(attempt, { firstMs: 100, capMs: 5_000, signal: this.stopping.signal });
      while (this.unsettled > 0 && pass === this.pass);
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      throw error;
    }
    if (pass === this.pass) this.resend();
  }
}

function eventHeaders(id: string, traceparent: string) {
  const all = headers();
  all.set('Nats-Msg-Id', id);
  all.set('Content-Type', CLOUDEVENT_CONTENT_TYPE);
  all.set('traceparent', traceparent);
  return all;
}

/** The client refuses what is over the server's `max_payload`, the server what is over the stream's limit. */
function isTooLarge(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === MESSAGE_SIZE_EXCEEDED;
  return error instanceof errors.InvalidArgumentError;
}
