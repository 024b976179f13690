import type { Ack, Positioned } from '@discord-relay/contracts/wire';
import { judge } from './cursor.js';
import { Emitter, type Listeners } from '../emitter.js';
import { mayWorkLater, RelayError } from '../relay-error.js';

/** Missing events that were detected while connected: those after the cursor `after`, at least up to `seq`. */
export interface Gap {
  after: number;
  seq: number;
  /**
   * `chain`: an event did not follow the previous one; `position`: the service is further ahead; `lagging`: it stopped
   * delivery.
   */
  cause: 'chain' | 'position' | 'lagging';
}

export interface FeedEvents {
  /** Whether all events arrive: false from a lost connection or a hole until the feed has caught up. */
  live: (live: boolean) => void;
  /** Events are missing and were requested: all of them follow, or a snapshot instead. */
  gap: (gap: Gap) => void;
  /** The service refused the feed: it is not followed. */
  refused: (error: RelayError) => void;
  /** The feed may no longer be followed, for example because access was lost. */
  unsubscribed: (error: RelayError) => void;
}

export type FeedAck = Ack<{ seq: number; resumed: boolean }>;

/** What a feed needs from its connection. `join` never rejects: a lost connection is a retryable answer. */
export interface FeedLink {
  connected(): boolean;
  /** Requests everything after `after`; without it a snapshot. */
  join(after: number | undefined): Promise<FeedAck>;
  leave(): void;
  /** How long to wait after this many consecutive failed attempts, in milliseconds. */
  retryDelayMs(attempt: number): number;
}

interface Waiter {
  resolve: () => void;
  reject: (error: RelayError) => void;
}

/**
 * One feed, followed exactly: every event is emitted once and in order. After a hole or a reconnection it joins again from its
 * cursor; the answer is the complete tail or a new snapshot.
 */
export abstract class Feed<Events extends FeedEvents & Listeners<Events>> extends Emitter<Events> {
  private subscribed = false;
  private joined = false;
  private joining = false;
  /** Counts attempts; an answer to an earlier attempt is ignored. */
  private attempt = 0;
  private cursorSeq: number | undefined;
  /** Parts of a change whose last event has not arrived yet: after an interruption all of them come again. */
  private readonly partial = new Set<string>();
  /** The newest event that arrived out of order while an answer is pending. */
  private missedSeq = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private waiters: Waiter[] = [];

  /** @internal */
  constructor(private readonly link: FeedLink) {
    super();
  }

  /** `seq` of the newest event that was emitted; undefined before the first snapshot. */
  get cursor(): number | undefined {
    return this.cursorSeq;
  }

  /** Whether all events arrive at present. */
  get isLive(): boolean {
    return this.joined;
  }

  /**
   * Follows the feed until `leave()`, including reconnections. Resolves when it is joined, or left before that.
   * @param after a stored cursor: the events since then are emitted first, or a snapshot if that is not possible
   * @throws RelayError when the service refuses the feed
   */
  join(after?: number): Promise<void> {
    if (!this.subscribed) this.cursorSeq = after;
    this.subscribed = true;
    if (this.joined) return Promise.resolve();
    const done = new Promise<void>((resolve, reject) => this.waiters.push({ resolve, reject }));
    if (!this.joining && this.retryTimer === undefined) this.sendJoin();
    return done;
  }

  /** Stops following the feed, and forgets its cursor. A pending `join()` resolves. */
  leave(): void {
    if (!this.subscribed) return;
    for (const { resolve } of this.reset()) resolve();
    if (this.link.connected()) this.link.leave();
  }

  /** The connection is open (again). @internal */
  resume(): void {
    if (this.subscribed) this.sendJoin();
  }

  /** The connection is lost: pending requests get no answer. @internal */
  suspend(): void {
    this.attempt += 1;
    this.setJoined(false);
    this.joining = false;
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
  }

  /** The service is at `seq` and has sent everything up to there. @internal */
  receivePosition(seq: number): void {
    if (this.joined && !this.reached(seq)) this.recover(seq, 'position');
  }

  /** The service sends nothing until the feed joins again. @internal */
  receiveLagging(seq: number): void {
    if (this.subscribed) this.recover(seq, 'lagging');
  }

  /** The service stopped delivery; the feed joins again if that may help. @internal */
  receiveUnsubscribed(error: RelayError): void {
    if (!this.subscribed) return;
    this.suspend();
    if (error.retryable) this.retry(0);
    else this.drop('unsubscribed', error);
  }

  /** Returns whether to emit a snapshot, which the tail continues from `seq`. */
  protected renew(seq: number): boolean {
    if (!this.subscribed) return false;
    this.cursorSeq = seq;
    this.partial.clear();
    return true;
  }

  /**
   * Returns whether to emit an event; if so, the cursor moves to it.
   * @param part distinguishes the event from others of the same change
   */
  protected accept(event: Positioned, part: string): boolean {
    if (!this.subscribed || this.cursorSeq === undefined) return false;
    switch (judge(this.cursorSeq, event)) {
      case 'apply':
        if (this.repeats(event, part)) return false;
        this.cursorSeq = event.seq;
        return true;
      case 'duplicate':
        return false;
      case 'hole':
        if (this.joined) this.recover(event.seq, 'chain');
        else this.missedSeq = Math.max(this.missedSeq, event.seq);
        return false;
    }
  }

  /** Whether the event is a part of a change that was emitted before an interruption. */
  private repeats({ seq, prev }: Positioned, part: string): boolean {
    const known = this.partial.has(part);
    if (seq === prev) this.partial.add(part);
    else this.partial.clear();
    return known && seq === prev;
  }

  private recover(seq: number, cause: Gap['cause']): void {
    if (this.cursorSeq !== undefined) this.emitOwn('gap', { after: this.cursorSeq, seq, cause });
    // A listener may have left the feed.
    if (this.subscribed) this.sendJoin();
  }

  private sendJoin(attempt = 0): void {
    this.suspend();
    if (!this.subscribed || !this.link.connected()) return;
    this.joining = true;
    this.missedSeq = 0;
    void this.exchange(this.attempt, attempt);
  }

  private async exchange(ofAttempt: number, attempt: number): Promise<void> {
    const answer = await this.link.join(this.cursorSeq);
    if (ofAttempt !== this.attempt) return;
    this.joining = false;
    if (!answer.ok && !mayWorkLater(answer.error)) return this.drop('refused', new RelayError(answer.error));
    if (answer.ok && this.reached(Math.max(answer.seq, this.missedSeq))) return this.settle();
    if (answer.ok && attempt === 0) return this.sendJoin(1);
    this.retry(attempt);
  }

  private retry(attempt: number): void {
    this.retryTimer = setTimeout(() => this.sendJoin(attempt + 1), this.link.retryDelayMs(attempt));
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
    this.emitOwn('live', joined);
  }

  private drop(event: 'refused' | 'unsubscribed', error: RelayError): void {
    for (const { reject } of this.reset()) reject(error);
    this.emitOwn(event, error);
  }

  /**
   * Resets the feed as if it had never joined; returns the callers that wait for it. Called last, because a listener may join
   * again.
   */
  private reset(): Waiter[] {
    this.subscribed = false;
    this.cursorSeq = undefined;
    this.partial.clear();
    const waiters = this.waiters.splice(0);
    this.suspend();
    return waiters;
  }

  /** Emits one of the events that every feed has; the compiler cannot see that they are part of `Events`. */
  private emitOwn<K extends keyof FeedEvents>(event: K, ...args: Parameters<FeedEvents[K]>): void {
    this.emit(event, ...(args as unknown as Parameters<Events[K]>));
  }
}
