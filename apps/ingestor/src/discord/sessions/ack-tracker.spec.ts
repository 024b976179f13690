import fc from 'fast-check';
import { AckTracker } from './ack-tracker.js';

/** A tracker that follows the definition naively. */
class NaiveTracker {
  private readonly begun = new Set<number>();
  private readonly settled = new Set<number>();

  constructor(private readonly settledUpTo: number) {}

  track(sequence: number): boolean {
    if (sequence <= this.contiguous || this.begun.has(sequence)) return false;
    this.begun.add(sequence);
    return true;
  }

  settle(sequence: number): void {
    if (this.begun.has(sequence)) this.settled.add(sequence);
  }

  get contiguous(): number {
    const open = [...this.begun].filter((each) => !this.settled.has(each));
    const limit = Math.min(...open);
    return Math.max(this.settledUpTo, ...[...this.begun].filter((each) => each < limit));
  }
}

const steps = fc.array(
  fc.record({
    act: fc.constantFrom('track' as const, 'settle' as const),
    sequence: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 60 },
);

describe('AckTracker', () => {
  it('AckTracker matches the definition, for any order of starts and settlements', () => {
    fc.assert(
      fc.property(fc.nat(5), steps, (settledUpTo, all) => {
        const tracker = new AckTracker(settledUpTo);
        const naive = new NaiveTracker(settledUpTo);
        for (const { act, sequence } of all) {
          expect(tracker[act](sequence)).toBe(naive[act](sequence));
          expect(tracker.contiguous).toBe(naive.contiguous);
        }
      }),
    );
  });

  it('the acknowledged sequence stays below an unsettled dispatch, whatever settles after it', () => {
    const tracker = new AckTracker(1);
    for (const sequence of [2, 3, 4]) tracker.track(sequence);
    tracker.settle(4);
    tracker.settle(3);
    expect(tracker.contiguous).toBe(1);
    tracker.settle(2);
    expect(tracker.contiguous).toBe(4);
    expect(tracker.isSettled).toBe(true);
  });

  it('the acknowledged sequence skips sequences that never arrived', () => {
    const tracker = new AckTracker(1);
    tracker.track(5);
    tracker.settle(5);
    expect(tracker.contiguous).toBe(5);
  });

  it('AckTracker recognises a repeated dispatch, settled or not', () => {
    const tracker = new AckTracker(1);
    expect(tracker.track(2)).toBe(true);
    expect(tracker.track(2)).toBe(false);
    tracker.settle(2);
    expect(tracker.track(2)).toBe(false);
    expect(tracker.track(1)).toBe(false);
  });

  it('AckTracker stays exact in a long session while it compacts its list', () => {
    const tracker = new AckTracker(0);
    for (let sequence = 1; sequence <= 20_000; sequence++) {
      tracker.track(sequence);
      if (sequence > 10) tracker.settle(sequence - 10);
    }
    expect(tracker.contiguous).toBe(19_990);
  });
});
