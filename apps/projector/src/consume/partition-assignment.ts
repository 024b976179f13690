import type { Census } from '../store/index.js';

/** How many of the partitions are `me`'s: shares differ by one at most, and all owners reckon the same. */
export function fairShare(partitions: number, owners: readonly string[], me: string): number {
  const rank = owners.indexOf(me);
  if (rank === -1) return 0;
  return Math.floor(partitions / owners.length) + (rank < partitions % owners.length ? 1 : 0);
}

/** How many partitions this process may have, and how many it has or is claiming. Nothing before the first census. */
export class Tenancy {
  private share = 0;
  private taken = 0;
  private pausedPartitions: ReadonlySet<number> = new Set();
  private unheldPartitions: ReadonlyMap<number, number> = new Map();
  /** Since which census partitions are nobody's, by the monotonic clock of this process. */
  private unownedSinceMs = new Map<number, number>();

  constructor(
    private readonly me: string,
    private readonly partitions: number,
  ) {}

  update({ owners, paused, unheld, held }: Census, nowMs = performance.now()): void {
    this.share = fairShare(this.partitions, owners, this.me);
    this.pausedPartitions = new Set(paused);
    this.unheldPartitions = unheld;
    const owned = new Set([...held, ...paused]);
    const unowned = Array.from({ length: this.partitions }, (_, each) => each).filter(
      (each) => !owned.has(each),
    );
    this.unownedSinceMs = new Map(unowned.map((each) => [each, this.unownedSinceMs.get(each) ?? nowMs]));
  }

  /** Partitions that are not paused and have been nobody's for longer than that. */
  unownedFor(ms: number, nowMs = performance.now()): number[] {
    return [...this.unownedSinceMs]
      .filter(([, sinceMs]) => nowMs - sinceMs > ms)
      .map(([partition]) => partition);
  }

  /** More than the share: to be given up. */
  get surplus(): number {
    return Math.max(0, this.taken - this.share);
  }

  get paused(): ReadonlySet<number> {
    return this.pausedPartitions;
  }

  /** Checkpoints of those that nobody projects, be they paused or not. */
  get unheld(): ReadonlyMap<number, number> {
    return this.unheldPartitions;
  }

  /** Room for one more; to be given back. */
  take(): boolean {
    if (this.taken >= this.share) return false;
    this.taken++;
    return true;
  }

  giveBack(): void {
    this.taken--;
  }
}
