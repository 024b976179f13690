import type {
  JoinAck,
  JoinChannelRequest,
  MessageBody,
  MessagesBulk,
  MessageUpdateBody,
  Positioned,
  Snowflake,
  WireMessageDelete,
} from '@discord-relay/contracts';
import { judge } from './channel-cursor.js';
import { Emitter } from './emitter.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import { RelayError } from './relay-error.js';

export interface ChannelEvents {
  /** Replace everything known of the channel by this. */
  snapshot: (bulk: MessagesBulk) => void;
  message: (event: MessageBody & Positioned) => void;
  update: (event: MessageUpdateBody & Positioned) => void;
  delete: (event: WireMessageDelete & Positioned) => void;
  /** Whether all that happens in the channel arrives: false from a lost connection or a gap until it is mended. */
  live: (live: boolean) => void;
  /** The channel was refused and will not be joined again by itself. */
  refused: (error: RelayError) => void;
}

/** What a feed asks of its connection. `join` never rejects: a lost connection is a retryable answer. */
export interface FeedLink {
  connected(): boolean;
  join(request: JoinChannelRequest): Promise<JoinAck>;
  leave(channelId: Snowflake): void;
}

interface Waiter {
  resolve: () => void;
  reject: (error: RelayError) => void;
}

/**
 * One channel, followed exactly: every event is handed on once and in order. A gap or a new connection is mended by
 * joining again with the cursor; the answer is the complete tail or a fresh snapshot.
 */
export class ChannelFeed extends Emitter<ChannelEvents> {
  private wanted = false;
  private joined = false;
  private asking = false;
  /** Counts attempts; an answer to an earlier one is void. */
  private turn = 0;
  private cursorSeq: number | undefined;
  /** Ids of a bulk deletion whose last event has not come yet: after a cut all of it comes again. */
  private readonly begun = new Set<Snowflake>();
  /** Newest event that came out of order while an answer is awaited. */
  private missedSeq = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private waiters: Waiter[] = [];

  constructor(
    readonly channelId: Snowflake,
    private readonly link: FeedLink,
    private readonly snapshotLimit?: number,
  ) {
    super();
  }

  /** `seq` of the newest event that was handed on; undefined before the first snapshot. */
  get cursor(): number | undefined {
    return this.cursorSeq;
  }

  /**
   * Follows the channel until {@link leave}, over reconnections too. Resolves when it is joined, or left before that.
   * @throws RelayError when the channel is refused
   */
  join(): Promise<void> {
    this.wanted = true;
    if (this.joined) return Promise.resolve();
    const done = new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    if (!this.asking && this.retryTimer === undefined) this.ask();
    return done;
  }

  leave(): void {
    if (!this.wanted) return;
    for (const { resolve } of this.forget()) resolve();
    if (this.link.connected()) this.link.leave(this.channelId);
  }

  /** The connection is there (again). */
  resume(): void {
    if (this.wanted) this.ask();
  }

  /** The connection is gone: whatever was asked will not be answered. */
  suspend(): void {
    this.turn += 1;
    this.setJoined(false);
    this.asking = false;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
  }

  receiveSnapshot(bulk: MessagesBulk): void {
    if (!this.wanted) return;
    this.cursorSeq = bulk.seq;
    this.begun.clear();
    this.emit('snapshot', bulk);
  }

  receive<K extends 'message' | 'update' | 'delete'>(
    kind: K,
    event: Parameters<ChannelEvents[K]>[0] & Positioned,
  ): void {
    if (!this.wanted || this.cursorSeq === undefined) return;
    const verdict = judge(this.cursorSeq, event);
    if (verdict === 'apply') {
      if (this.repeats(event)) return;
      this.cursorSeq = event.seq;
      this.emit(kind, ...([event] as unknown as Parameters<ChannelEvents[K]>));
    } else if (verdict === 'gap') {
      if (this.joined) this.ask();
      else this.missedSeq = Math.max(this.missedSeq, event.seq);
    }
  }

  /** Whether the event is a part of a bulk deletion that was handed on before a cut. */
  private repeats({ id, seq, prev }: { id: Snowflake } & Positioned): boolean {
    const known = this.begun.has(id);
    if (seq === prev) this.begun.add(id);
    else this.begun.clear();
    return known && seq === prev;
  }

  private ask(attempt = 0): void {
    this.suspend();
    if (!this.link.connected()) return;
    this.asking = true;
    this.missedSeq = 0;
    void this.exchange(this.turn, attempt);
  }

  private async exchange(turn: number, attempt: number): Promise<void> {
    const answer = await this.link.join({
      channelId: this.channelId,
      ...(this.cursorSeq !== undefined && { after: this.cursorSeq }),
      ...(this.snapshotLimit !== undefined && { limit: this.snapshotLimit }),
    });
    if (turn !== this.turn) return;
    this.asking = false;
    if (!answer.ok && !answer.error.retryable) return this.refuse(new RelayError(answer.error));
    if (answer.ok && this.reached(Math.max(answer.seq, this.missedSeq))) return this.settle();
    if (answer.ok && attempt === 0) return this.ask(1);
    const delayMs = reconnectDelayMs(attempt, Math.random());
    this.retryTimer = setTimeout(() => this.ask(attempt + 1), delayMs);
  }

  private reached(seq: number): boolean {
    return this.cursorSeq !== undefined && this.cursorSeq >= seq;
  }

  private settle(): void {
    this.setJoined(true);
    for (const { resolve } of this.waiters.splice(0)) resolve();
  }

  private setJoined(joined: boolean): void {
    if (this.joined === joined) return;
    this.joined = joined;
    this.emit('live', joined);
  }

  private refuse(error: RelayError): void {
    for (const { reject } of this.forget()) reject(error);
    this.emit('refused', error);
  }

  /** Stands as if never joined; returns who waited for it. */
  private forget(): Waiter[] {
    this.suspend();
    this.wanted = false;
    this.cursorSeq = undefined;
    return this.waiters.splice(0);
  }
}
