import { serverClock } from '../../support/server-clock.js';

/** Compaction of the order list happens once this many entries at its front are used up. */
const COMPACT_AT = 4_096;
/** How exactly {@link AckTracker.contiguousAtMs} is known; finer would cost a note for every dispatch. */
const MARK_INTERVAL_MS = 1_000;

/**
 * Which of a session's dispatches are safe in the log. `contiguous` is the sequence to resume from: everything that
 * began at or below it is settled, so what Discord would not send again cannot be lost.
 */
export class AckTracker {
  /** Begun sequences in ascending order; entries before `head` are behind `contiguous`. */
  private order: number[] = [];
  private head = 0;
  /** Begun sequence -> settled. */
  private readonly open = new Map<number, boolean>();
  private highest: number;
  /** When some of the begun sequences began. */
  private marks: { sequence: number; atMs: number }[] = [];
  /** Of the monotonic clock. */
  private markedAtMs = -Infinity;

  /**
   * @param settledUpTo the sequence that is known to be safe already.
   * @param settledAtMs when it came, if that is known.
   */
  constructor(
    settledUpTo: number,
    private settledAtMs: number | null = null,
  ) {
    this.highest = settledUpTo;
  }

  /** When the contiguous sequence came, or up to a second earlier; null when nothing tells. */
  get contiguousAtMs(): number | null {
    return this.settledAtMs;
  }

  get contiguous(): number {
    return this.highest;
  }

  /** Whether nothing that began is still unsettled. */
  get isSettled(): boolean {
    return this.open.size === 0;
  }

  /** Starts to follow a dispatch. False when it is followed or settled already: a repetition after a resume. */
  track(sequence: number): boolean {
    if (sequence <= this.highest || this.open.has(sequence)) return false;
    this.open.set(sequence, false);
    this.mark(sequence);
    this.insert(sequence);
    return true;
  }

  /** Marks a dispatch as safe. Ignores what never began. */
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
