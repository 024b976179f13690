import { serverClock } from '../../support/server-clock.js';

/** The order list is compacted once this many entries at its front are finished. */
const COMPACT_AT = 4_096;
/** Resolution of {@link AckTracker.contiguousAtMs}; a finer one would cost an entry for every dispatch. */
const MARK_INTERVAL_MS = 1_000;

/**
 * Tracks which dispatches of a session are safe in the log. `contiguous` is the sequence to resume from: every tracked sequence
 * up to it is settled, and Discord sends everything after it again.
 */
export class AckTracker {
  /** Tracked sequences in ascending order; entries before `head` are at or below `contiguous`. */
  private order: number[] = [];
  private head = 0;
  /** Tracked sequence -> settled. */
  private readonly open = new Map<number, boolean>();
  private highest: number;
  /** Arrival times of some of the tracked sequences. */
  private marks: { sequence: number; atMs: number }[] = [];
  /** By the monotonic clock. */
  private markedAtMs = -Infinity;

  /**
   * @param settledUpTo the sequence up to which everything is safe already.
   * @param settledAtMs when that sequence arrived, if known.
   */
  constructor(
    settledUpTo: number,
    private settledAtMs: number | null = null,
  ) {
    this.highest = settledUpTo;
  }

  /** When the contiguous sequence arrived, or up to a second earlier; null when unknown. */
  get contiguousAtMs(): number | null {
    return this.settledAtMs;
  }

  get contiguous(): number {
    return this.highest;
  }

  /** Whether every tracked sequence is settled. */
  get isSettled(): boolean {
    return this.open.size === 0;
  }

  /** Starts tracking a dispatch. False when it is tracked or settled already, because Discord repeats it after a resume. */
  track(sequence: number): boolean {
    if (sequence <= this.highest || this.open.has(sequence)) return false;
    this.open.set(sequence, false);
    this.mark(sequence);
    this.insert(sequence);
    return true;
  }

  /** Marks a dispatch as safe. Ignores sequences that were never tracked. */
  settle(sequence: number): void {
    if (!this.open.has(sequence)) return;
    this.open.set(sequence, true);
    this.advance();
  }

  private mark(sequence: number): void {
    const nowMs = performance.now();
    if (nowMs - this.markedAtMs < MARK_INTERVAL_MS) return;
    this.markedAtMs = nowMs;
    this.marks.push({ sequence, atMs: serverClock.now() });
  }

  private insert(sequence: number): void {
    let at = this.order.length;
    while (at > this.head && this.order[at - 1]! > sequence) at--;
    this.order.splice(at, 0, sequence);
  }

  private advance(): void {
    for (let next = this.order[this.head]; next !== undefined; next = this.order[this.head]) {
      if (!this.open.get(next)) break;
      this.open.delete(next);
      this.highest = next;
      this.head++;
    }
    for (let mark = this.marks[0]; mark && mark.sequence <= this.highest; mark = this.marks[0]) {
      this.settledAtMs = mark.atMs;
      this.marks.shift();
    }
    if (this.head < COMPACT_AT) return;
    this.order = this.order.slice(this.head);
    this.head = 0;
  }
}
