import type { Ack, Positioned } from '@discord-relay/contracts/wire';
import { judge } from './cursor.js';
import { Emitter, type Listeners } from './emitter.js';
import { mayWorkLater, RelayError } from './relay-error.js';

/** What was found missing while connected: what came after the cursor `after`, at least up to `seq`. */
export interface Gap {
  after: number;
  seq: number;
  /** `chain`: an event did not follow; `position`: the service stands further; `lagging`: it stopped delivery. */
  cause: 'chain' | 'position' | 'lagging';
}

export interface FeedEvents {
  /** Whether all that happens arrives: false from a lost connection or a gap until it is mended. */
  live: (live: boolean) => void;
  /** Something is missing and asked for: what comes next is all of it, or a snapshot in its place. */
  gap: (gap: Gap) => void;
  /** The feed was refused: it is not followed. */
  refused: (error: RelayError) => void;
  /** The feed was followed and may not be any longer, for example because access was lost. */
  unsubscribed: (error: RelayError) => void;
}

export type EnterAck = Ack<{ seq: number; resumed: boolean }>;

/** What a feed asks of its connection. `enter` never rejects: a lost connection is a retryable answer. */
export interface FeedLink {
  connected(): boolean;
  /** Asks for all that follows `after`; without it for a snapshot. */
  enter(after: number | undefined): Promise<EnterAck>;
  leave(): void;
  /** How long to wait after so many attempts in a row that failed, in milliseconds. */
  retryDelayMs(attempt: number): number;
}

interface Waiter {
  resolve: () => void;
  reject: (error: RelayError) => void;
}

/**
 * One feed, followed exactly: every event is handed on once and in order. A gap or a new connection is mended by
 * asking again from the cursor; the answer is the complete tail or a fresh snapshot.
 */
export abstract class Feed<Events extends FeedEvents & Listeners<Events>> extends Emitter<Events> {
  private wanted = false;
  private joined = false;
  private asking = false;
  /** Counts attempts; an answer to an earlier one is void. */
  private turn = 0;
  private cursorSeq: number | undefined;
  /** The parts of a change whose last event has not come yet: after a cut all of it comes again. */
  private readonly begun = new Set<string>();
  /** Newest event that came out of order while an answer is awaited. */
  private missedSeq = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private waiters: Waiter[] = [];

  /** @internal */
  constructor(private readonly link: FeedLink) {
    super();
  }

  /** `seq` of the newest event that was handed on; undefined before the first snapshot. */
  get cursor(): number | undefined {
    return this.cursorSeq;
  }

  /** Whether everything that happens arrives now. */
  get isLive(): boolean {
    return this.joined;
  }

  /**
   * Follows the feed until `leave()`, over reconnections too. Resolves when it is joined, or left before that.
   * @param after a cursor that was kept: what came since is handed on first, or a snapshot when that is not possible
   * @throws RelayError when it is refused
   */
  join(after?: number): Promise<void> {
    if (!this.wanted) this.cursorSeq = after;
    this.wanted = true;
    if (this.joined) return Promise.resolve();
    const done = new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    if (!this.asking && this.retryTimer === undefined) this.ask();
    return done;
  }

  leave(): void {
    if (!this.wanted) return;
    for (const { resolve } of this.forget()) resolve();
    if (this.link.connected()) this.link.leave();
  }

  /** The connection is there (again). @internal */
  resume(): void {
    if (this.wanted) this.ask();
  }

  /** The connection is gone: whatever was asked will not be answered. @internal */
  suspend(): void {
    this.turn += 1;
    this.setJoined(false);
    this.asking = false;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
  }

  /** The service stands at `seq` and sent everything up to there. @internal */
  stand(seq: number): void {
    if (this.joined && !this.reached(seq)) this.mend(seq, 'position');
  }

  /** The service sends nothing until it is asked again. @internal */
  lag(seq: number): void {
    if (this.wanted) this.mend(seq, 'lagging');
  }

  /** The service said that it delivers no longer; it is asked again if that may help. @internal */
  lose(error: RelayError): void {
    if (!this.wanted) return;
    this.suspend();
    if (error.retryable) this.retry(0);
    else this.drop('unsubscribed', error);
  }

  /** A snapshot that the tail continues from `seq`; whether to hand it on. */
  protected renew(seq: number): boolean {
    if (!this.wanted) return false;
    this.cursorSeq = seq;
    this.begun.clear();
    return true;
  }

  /**
   * Whether to hand on an event; if so the feed stands at it.
   * @param part what tells the event from others of the same change
   */
  protected take(event: Positioned, part: string): boolean {
    if (!this.wanted || this.cursorSeq === undefined) return false;
    switch (judge(this.cursorSeq, event)) {
      case 'apply':
        if (this.repeats(event, part)) return false;
        this.cursorSeq = event.seq;
        return true;
      case 'duplicate':
        return false;
      case 'gap':
        if (this.joined) this.mend(event.seq, 'chain');
        else this.missedSeq = Math.max(this.missedSeq, event.seq);
        return false;
    }
  }

  /** Whether the event is a part of a change that was handed on before a cut. */
  private repeats({ seq, prev }: Positioned, part: string): boolean {
    const known = this.begun.has(part);
    if (seq === prev) this.begun.add(part);
    else this.begun.clear();
    return known && seq === prev;
  }

  private mend(seq: number, cause: Gap['cause']): void {
    if (this.cursorSeq !== undefined) this.say('gap', { after: this.cursorSeq, seq, cause });
    // Whoever listens may have left.
    if (this.wanted) this.ask();
  }

  private ask(attempt = 0): void {
    this.suspend();
    if (!this.wanted || !this.link.connected()) return;
    this.asking = true;
    this.missedSeq = 0;
    void this.exchange(this.turn, attempt);
  }

  private async exchange(turn: number, attempt: number): Promise<void> {
    const answer = await this.link.enter(this.cursorSeq);
    if (turn !== this.turn) return;
    this.asking = false;
    if (!answer.ok && !mayWorkLater(answer.error)) return this.drop('refused', new RelayError(answer.error));
    if (answer.ok && this.reached(Math.max(answer.seq, this.missedSeq))) return this.settle();
    if (answer.ok && attempt === 0) return this.ask(1);
    this.retry(attempt);
  }

  private retry(attempt: number): void {
    this.retryTimer = setTimeout(() => this.ask(attempt + 1), this.link.retryDelayMs(attempt));
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
    this.say('live', joined);
  }

  private drop(event: 'refused' | 'unsubscribed', error: RelayError): void {
    for (const { reject } of this.forget()) reject(error);
    this.say(event, error);
  }

  /** Stands as if never joined; returns who waited for it. Told last: a listener may join again. */
  private forget(): Waiter[] {
    this.wanted = false;
    this.cursorSeq = undefined;
    this.begun.clear();
    const waiters = this.waiters.splice(0);
    this.suspend();
    return waiters;
  }

  /** What every feed has to say; that it is among `Events` is clear to people only. */
  private say<K extends keyof FeedEvents>(event: K, ...args: Parameters<FeedEvents[K]>): void {
    this.emit(event, ...(args as unknown as Parameters<Events[K]>));
  }
}
