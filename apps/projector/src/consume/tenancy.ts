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

  constructor(
    private readonly me: string,
    private readonly partitions: number,
  ) {}

  update({ owners, paused, unheld }: Census): void {
    this.share = fairShare(this.partitions, owners, this.me);
    this.pausedPartitions = new Set(paused);
    this.unheldPartitions = unheld;
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
