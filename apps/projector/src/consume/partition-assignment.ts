import type { Membership } from '../store/index.js';

/** The number of partitions for `me`. Every member computes the same numbers, which differ by at most one. */
export function assignedCount(partitions: number, owners: readonly string[], me: string): number {
  const rank = owners.indexOf(me);
  if (rank === -1) return 0;
  return Math.floor(partitions / owners.length) + (rank < partitions % owners.length ? 1 : 0);
}

/** The number of partitions that this process may own (none before the first update), and those that it owns or is claiming. */
export class PartitionAssignment {
  private assigned = 0;
  private reserved = 0;
  private pausedPartitions: ReadonlySet<number> = new Set();
  private unownedCheckpoints: ReadonlyMap<number, number> = new Map();
  /** When each partition without an owner was first seen without one, by this process's monotonic clock. */
  private unownedSinceMs = new Map<number, number>();

  constructor(
    private readonly me: string,
    private readonly partitions: number,
  ) {}

  update({ owners, paused, unowned, owned }: Membership, nowMs = performance.now()): void {
    this.assigned = assignedCount(this.partitions, owners, this.me);
    this.pausedPartitions = new Set(paused);
    this.unownedCheckpoints = unowned;
    const accountedFor = new Set([...owned, ...paused]);
    const others = Array.from({ length: this.partitions }, (_, each) => each).filter(
      (each) => !accountedFor.has(each),
    );
    this.unownedSinceMs = new Map(others.map((each) => [each, this.unownedSinceMs.get(each) ?? nowMs]));
  }

  /** Partitions that are not paused and have had no owner for longer than `ms`. */
  unownedFor(ms: number, nowMs = performance.now()): number[] {
    return [...this.unownedSinceMs]
      .filter(([, sinceMs]) => nowMs - sinceMs > ms)
      .map(([partition]) => partition);
  }

  /** The number of partitions that this process has to give up. */
  get surplus(): number {
    return Math.max(0, this.reserved - this.assigned);
  }

  get paused(): ReadonlySet<number> {
    return this.pausedPartitions;
  }

  /** Checkpoints of the partitions without an owner, paused or not. */
  get unowned(): ReadonlyMap<number, number> {
    return this.unownedCheckpoints;
  }

  /** Reserves a partition if this process may own another one; call {@link release} when it is given up. */
  reserve(): boolean {
    if (this.reserved >= this.assigned) return false;
    this.reserved++;
    return true;
  }

  release(): void {
    this.reserved--;
  }
}
