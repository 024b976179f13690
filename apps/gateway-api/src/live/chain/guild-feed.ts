import { AppError, type Change } from '@discord-relay/contracts';
import { backOff } from '@discord-relay/platform';
import type { GuildTail } from '../../read/changes.query.js';

/** Where a guild's changes can be read again. All reject when the database is away. */
export interface GuildSource {
  /** Reads what has to be known to deliver changes, and resolves to the `seq` after which they are to be. */
  begin(): Promise<number>;
  /** Reads the same in other read models, for when everything up to its `seq` has been delivered. */
  prepare(): Promise<Successor>;
  readHead(): Promise<number>;
  /** At most `limit` changes after `seq`, oldest first. */
  readTail(seq: number, limit: number): Promise<GuildTail>;
}

/** What has to be known to deliver the changes after `seq`. */
export interface Successor {
  seq: number;
  /** From here on it is what is known. */
  adopt(): void;
}

/** Where a guild's changes go. Neither may throw. */
export interface GuildSink {
  /** Called for every change exactly once and in order. */
  deliver(change: Change): void;
  /** Changes were lost for good: whoever follows a feed of the guild needs a new snapshot. */
  restart(): void;
}

export type HoleCause = 'change_ahead' | 'position_ahead' | 'reconnected' | 'overflow';

export interface GuildObserver {
  hole(guildId: string, cause: HoleCause): void;
  caughtUp(guildId: string, changes: number): void;
  /** The database did not answer; it is asked again. */
  failed(guildId: string, error: unknown): void;
  /** An announced change is not in the database and does not follow what is. */
  unproven(guildId: string, seq: number): void;
}

interface Waiter {
  seq: number;
  resolve: () => void;
  reject: (error: AppError) => void;
}

const READ_LIMIT = 1_000;
const HELD_LIMIT = 5_000;

/**
 * Turns what NATS announces of one guild, which may have holes and repeats, into the exact chain of its changes. The
 * rows in the database are the truth: whatever does not follow the change before it is read from there, and changes
 * announced meanwhile are held back so that the order stays.
 */
export class GuildFeed {
  /** `seq` of the newest change that was delivered; undefined until the guild's head was read. */
  private standing: number | undefined;
  private working = false;
  /** Something says that the database has more than was read. */
  private unread = false;
  /** What is read next is of other read models: their chain need not go on where the last ones' ended. */
  private moved = false;
  /** What is known in these other read models, which is newer than what was delivered. */
  private successor: Successor | undefined;
  private held: Change[] = [];
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
    this.held = [];
    this.rejectWaiters();
  }

  /** An announced change. */
  receive(change: Change): void {
    if (this.working || this.standing === undefined) return this.hold(change);
    if (change.seq <= this.standing) return;
    if (change.guildPrev === this.standing) return this.advance(change);
    this.hold(change);
    this.repair('change_ahead');
  }

  /** The newest `seq` of the guild, as announced from time to time. */
  receivePosition(seq: number): void {
    if (this.standing === undefined || seq <= this.standing) return;
    if (this.working) this.unread = true;
    else this.repair('position_ahead');
  }

  /** Announcements may have been lost. */
  resync(): void {
    if (this.standing !== undefined) this.repair('reconnected');
  }

  /**
   * Resolves when everything up to `seq` was delivered. The first call, made once announcements are being received,
   * takes the guild's head as the place to start from.
   * @throws AppError `SERVICE.UNAVAILABLE` when that takes a database that is away
   */
  reach(seq: number): Promise<void> {
    if (this.closing.signal.aborted) return Promise.reject(new AppError('SERVICE.UNAVAILABLE'));
    if (this.standing !== undefined && seq <= this.standing) return Promise.resolve();
    const reached = new Promise<void>((resolve, reject) => this.waiters.push({ seq, resolve, reject }));
    this.read();
    return reached;
  }

  /** Resolves when everything that is committed now was delivered. @throws AppError as {@link reach} */
  async drain(): Promise<void> {
    if (this.standing !== undefined) await this.reach(await this.source.readHead());
  }

  /** Other read models are read from now on, which hold all that came after what was delivered. */
  move(): void {
    if (this.standing === undefined) return;
    this.moved = true;
    this.read();
  }

  private hold(change: Change): void {
    if (this.held.length >= HELD_LIMIT) {
      this.held = [];
      this.unread = true;
      this.observer.hole(this.guildId, 'overflow');
    } else {
      this.held.push(change);
    }
  }

  private advance(change: Change): void {
    if (this.successor && change.seq > this.successor.seq) this.adopt(this.successor);
    this.standing = change.seq;
    this.sink.deliver(change);
  }

  private adopt(successor: Successor): void {
    this.successor = undefined;
    successor.adopt();
  }

  private repair(cause: HoleCause): void {
    this.observer.hole(this.guildId, cause);
    this.read();
  }

  private read(): void {
    this.unread = true;
    if (this.working) return;
    this.working = true;
    void this.work();
  }

  private async work(): Promise<void> {
    const { signal } = this.closing;
    for (let attempt = 0; !signal.aborted && this.unfinished();) {
      try {
        await this.round();
        attempt = 0;
      } catch (error) {
        if (signal.aborted) break;
        this.unread = true;
        this.observer.failed(this.guildId, error);
        this.rejectWaiters(error);
        await pause(attempt++, signal);
      }
    }
    this.working = false;
    // Whoever still waits asked for more than the database has: it was set back.
    this.rejectWaiters();
  }

  private unfinished(): boolean {
    return this.unread || this.held.length > 0;
  }

  /** One read. What was announced before it has to be in it, or follow it: otherwise it was never committed. */
  private async round(): Promise<void> {
    this.unread = false;
    const announced = this.held.length;
    if (this.standing === undefined) this.standing = await this.source.begin();
    else await this.readTail(this.standing);
    if (this.closing.signal.aborted) return;
    this.releaseHeld(announced);
    this.resolveWaiters(this.standing);
  }

  private async readTail(standing: number): Promise<void> {
    const moved = this.moved;
    // Each change until then is delivered by what was known when it came, as those before it were.
    if (moved) this.successor = await this.source.prepare();
    const { head, changes } = await this.source.readTail(standing, READ_LIMIT);
    if (this.closing.signal.aborted) return;
    if (moved) this.moved = false;
    const before = moved ? Math.min(standing, changes[0]?.guildPrev ?? head) : standing;
    const complete = changes.length > 0 ? isChain(before, changes) : head <= standing;
    if (!complete) {
      this.successor = undefined;
      this.standing = await this.source.begin();
      return this.sink.restart();
    }
    this.standing = before;
    for (const change of changes) this.advance(change);
    if (this.successor && this.standing >= this.successor.seq) this.adopt(this.successor);
    this.observer.caughtUp(this.guildId, changes.length);
    if (changes.length === READ_LIMIT) this.unread = true;
  }

  private releaseHeld(announced: number): void {
    const held = this.held;
    this.held = [];
    held.forEach((change, i) => {
      if (change.seq <= this.standing!) return;
      if (change.guildPrev === this.standing) this.advance(change);
      else if (i < announced && !this.unread) this.observer.unproven(this.guildId, change.seq);
      else this.held.push(change);
    });
  }

  private resolveWaiters(standing: number): void {
    const waiters = this.waiters;
    this.waiters = waiters.filter(({ seq }) => seq > standing);
    for (const { seq, resolve } of waiters) if (seq <= standing) resolve();
  }

  private rejectWaiters(cause?: unknown): void {
    for (const { reject } of this.waiters.splice(0))
      reject(new AppError('SERVICE.UNAVAILABLE', 'the database is away', { cause }));
  }
}

function isChain(standing: number, changes: readonly Change[]): boolean {
  return changes.every(({ guildPrev }, i) => guildPrev === (i === 0 ? standing : changes[i - 1]!.seq));
}

async function pause(attempt: number, signal: AbortSignal): Promise<void> {
  await backOff(attempt, { firstMs: 100, capMs: 5_000, signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
