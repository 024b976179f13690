import { AppError, type Change } from '@discord-relay/contracts';
import { backOff } from '@discord-relay/platform';
import type { GuildTail } from '../../read/changes.query.js';

/** Reads a guild's changes from the database. All methods reject when it is unavailable. */
export interface GuildSource {
  /** Loads the state that delivery needs, and resolves to the `seq` after which delivery starts. */
  load(): Promise<number>;
  /** Loads the same state from the new active projection. It is adopted once everything up to its `seq` has been delivered. */
  loadSuccessor(): Promise<Successor>;
  readHead(): Promise<number>;
  /** At most `limit` changes after `seq`, oldest first. */
  readTail(seq: number, limit: number): Promise<GuildTail>;
}

/** The state that is needed to deliver the changes after `seq`. */
export interface Successor {
  seq: number;
  /** Makes it the current state. */
  adopt(): void;
}

/** Receives a guild's changes. Methods must not throw. */
export interface GuildSink {
  /** Called for every change, exactly once and in order. */
  deliver(change: Change): void;
  /** Changes are lost and cannot be recovered: every subscriber of a feed of the guild needs a new snapshot. */
  changesLost(): void;
}

export type HoleCause = 'change_ahead' | 'position_ahead' | 'reconnected' | 'overflow';

export interface GuildObserver {
  hole(guildId: string, cause: HoleCause): void;
  caughtUp(guildId: string, changes: number): void;
  /** A read failed; it will be retried. */
  failed(guildId: string, error: unknown): void;
  /** An announced change is not in the database and does not continue the chain: it was never committed. */
  uncommitted(guildId: string, seq: number): void;
}

interface Waiter {
  seq: number;
  resolve: () => void;
  reject: (error: AppError) => void;
}

const READ_LIMIT = 1_000;
const MAX_BUFFERED = 5_000;

/**
 * Turns the announcements of one guild on NATS, which may have holes and repetitions, into the exact chain of its changes.
 * The rows in the database are authoritative: a change that does not follow its predecessor starts a read from there, and
 * changes announced during the read are buffered to keep the order.
 */
export class GuildFeed {
  /** `seq` of the newest delivered change; undefined until the guild's head was read. */
  private position: number | undefined;
  private reading = false;
  /** The database has, or may have, more changes than were read. */
  private hasMore = false;
  /** The next read is from another projection, whose chain may not continue where the previous one ended. */
  private switched = false;
  /** The state of that projection, which is newer than the delivered changes. */
  private successor: Successor | undefined;
  private buffered: Change[] = [];
  private waiters: Waiter[] = [];
  private readonly closing = new AbortController();

  constructor(
    readonly guildId: string,
    private readonly source: GuildSource,
    private readonly sink: GuildSink,
    private readonly observer: GuildObserver,
  ) {}

  close(): void {
    this.closing.abort();
    this.buffered = [];
    this.rejectWaiters();
  }

  /** Processes an announced change. */
  receive(change: Change): void {
    if (this.reading || this.position === undefined) return this.buffer(change);
    if (change.seq <= this.position) return;
    if (change.guildPrev === this.position) return this.advance(change);
    this.buffer(change);
    this.fillHole('change_ahead');
  }

  /** Processes the newest `seq` of the guild, which is announced periodically. */
  receivePosition(seq: number): void {
    if (this.position === undefined || seq <= this.position) return;
    if (this.reading) this.hasMore = true;
    else this.fillHole('position_ahead');
  }

  /** Reads what may be missing; call it when announcements may have been lost. */
  resync(): void {
    if (this.position !== undefined) this.fillHole('reconnected');
  }

  /**
   * Resolves when everything up to `seq` was delivered. The first call, made once announcements are being received,
   * starts at the guild's head.
   * @throws AppError `SERVICE.UNAVAILABLE` when a read is needed and the database is unavailable
   */
  waitForSeq(seq: number): Promise<void> {
    if (this.closing.signal.aborted) return Promise.reject(new AppError('SERVICE.UNAVAILABLE'));
    if (this.position !== undefined && seq <= this.position) return Promise.resolve();
    const reached = new Promise<void>((resolve, reject) => this.waiters.push({ seq, resolve, reject }));
    this.startReading();
    return reached;
  }

  /** Resolves when everything committed so far was delivered. @throws AppError as {@link waitForSeq} */
  async catchUp(): Promise<void> {
    if (this.position !== undefined) await this.waitForSeq(await this.source.readHead());
  }

  /** Reads from the projection that is active now, which holds every change after the delivered ones. */
  switchProjection(): void {
    if (this.position === undefined) return;
    this.switched = true;
    this.startReading();
  }

  private buffer(change: Change): void {
    if (this.buffered.length >= MAX_BUFFERED) {
      this.buffered = [];
      this.hasMore = true;
      this.observer.hole(this.guildId, 'overflow');
    } else {
      this.buffered.push(change);
    }
  }

  private advance(change: Change): void {
    if (this.successor && change.seq > this.successor.seq) this.adopt(this.successor);
    this.position = change.seq;
    this.sink.deliver(change);
  }

  private adopt(successor: Successor): void {
    this.successor = undefined;
    successor.adopt();
  }

  private fillHole(cause: HoleCause): void {
    this.observer.hole(this.guildId, cause);
    this.startReading();
  }

  private startReading(): void {
    this.hasMore = true;
    if (this.reading) return;
    this.reading = true;
    void this.readUntilComplete();
  }

  private async readUntilComplete(): Promise<void> {
    const { signal } = this.closing;
    for (let attempt = 0; !signal.aborted && this.needsRead();) {
      try {
        await this.readOnce();
        attempt = 0;
      } catch (error) {
        if (signal.aborted) break;
        this.hasMore = true;
        this.observer.failed(this.guildId, error);
        this.rejectWaiters(error);
        await pause(attempt++, signal);
      }
    }
    this.reading = false;
    // The remaining waiters need a `seq` that the database does not have: it was restored to an earlier state.
    this.rejectWaiters();
  }

  private needsRead(): boolean {
    return this.hasMore || this.buffered.length > 0;
  }

  /** Reads once. A change announced before the read is in the result or follows it; otherwise it was never committed. */
  private async readOnce(): Promise<void> {
    this.hasMore = false;
    const announced = this.buffered.length;
    if (this.position === undefined) this.position = await this.source.load();
    else await this.readTail(this.position);
    if (this.closing.signal.aborted) return;
    this.deliverBuffered(announced);
    this.resolveWaiters(this.position);
  }

  private async readTail(position: number): Promise<void> {
    const switched = this.switched;
    // Changes up to `successor.seq` are delivered with the old state, like those before them.
    if (switched) this.successor = await this.source.loadSuccessor();
    const { head, changes } = await this.source.readTail(position, READ_LIMIT);
    if (this.closing.signal.aborted) return;
    if (switched) this.switched = false;
    const before = switched ? Math.min(position, changes[0]?.guildPrev ?? head) : position;
    const complete = changes.length > 0 ? isChain(before, changes) : head <= position;
    if (!complete) {
      this.successor = undefined;
      this.position = await this.source.load();
      return this.sink.changesLost();
    }
    this.position = before;
    for (const change of changes) this.advance(change);
    if (this.successor && this.position >= this.successor.seq) this.adopt(this.successor);
    this.observer.caughtUp(this.guildId, changes.length);
    if (changes.length === READ_LIMIT) this.hasMore = true;
  }

  private deliverBuffered(announced: number): void {
    const buffered = this.buffered;
    this.buffered = [];
    buffered.forEach((change, i) => {
      if (change.seq <= this.position!) return;
      if (change.guildPrev === this.position) this.advance(change);
      else if (i < announced && !this.hasMore) this.observer.uncommitted(this.guildId, change.seq);
      else this.buffered.push(change);
    });
  }

  private resolveWaiters(position: number): void {
    const waiters = this.waiters;
    this.waiters = waiters.filter(({ seq }) => seq > position);
    for (const { seq, resolve } of waiters) if (seq <= position) resolve();
  }

  private rejectWaiters(cause?: unknown): void {
    for (const { reject } of this.waiters.splice(0))
      reject(new AppError('SERVICE.UNAVAILABLE', 'the database is unavailable', { cause }));
  }
}

function isChain(position: number, changes: readonly Change[]): boolean {
  return changes.every(({ guildPrev }, i) => guildPrev === (i === 0 ? position : changes[i - 1]!.seq));
}

async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  await backOff(attempt, { firstMs: 100, capMs: 2_000, signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
