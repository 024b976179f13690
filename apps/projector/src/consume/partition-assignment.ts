import { delay } from '@discord-relay/platform';
import type { Membership } from '../store/index.js';

/** Share of a lease without a heartbeat after which others may have expired that sent theirs a little earlier. */
const AWAY_SHARE = 2 / 3;

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
  private owners: readonly string[] = [];
  private updatedMs = Infinity;
  /** Until when the members before an outage count as alive. */
  private rememberedUntilMs = -Infinity;
  private remembered: readonly string[] = [];
  /** Ends the waits of {@link nextUpdate}. */
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly me: string,
    private readonly partitions: number,
    private readonly leaseMs: number,
  ) {}

  update({ owners, expired, paused, unowned, owned }: Membership, nowMs = performance.now()): void {
    this.assigned = assignedCount(this.partitions, this.withAbsent(owners, expired, nowMs), this.me);
    this.pausedPartitions = new Set(paused);
    this.unownedCheckpoints = unowned;
    const accountedFor = new Set([...owned, ...paused]);
    const others = Array.from({ length: this.partitions }, (_, each) => each).filter(
      (each) => !accountedFor.has(each),
    );
    this.unownedSinceMs = new Map(others.map((each) => [each, this.unownedSinceMs.get(each) ?? nowMs]));
    for (const wake of this.waiting) wake();
  }

  /**
   * If this process could not send heartbeats for so long that others took it for dead, the reason may be an outage of Postgres, which
   * the others had as well. So those that were alive before and have not left count as alive until they had time to return: otherwise
   * the first one to return would claim everything, and hand it over again.
   */
  private withAbsent(owners: string[], expired: readonly string[], nowMs: number): readonly string[] {
    if (nowMs - this.updatedMs > AWAY_SHARE * this.leaseMs) {
      this.remembered = this.owners;
      this.rememberedUntilMs = nowMs + this.leaseMs;
    }
    this.updatedMs = nowMs;
    this.owners = owners;
    if (nowMs >= this.rememberedUntilMs) return owners;
    return [...owners, ...this.remembered.filter((owner) => expired.includes(owner))].sort();
  }

  /** Resolves after the time, or at the next update if that is sooner, or when the signal aborts. */
  async nextUpdate(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const waking = new AbortController();
    const wake = () => waking.abort();
    this.waiting.add(wake);
    signal.addEventListener('abort', wake);
    await delay(ms, waking.signal);
    signal.removeEventListener('abort', wake);
    this.waiting.delete(wake);
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

  /** Whether nobody owned the partition at the last update, and it is not paused. */
  isFree(partition: number): boolean {
    return this.unownedSinceMs.has(partition);
  }

  /** Whether this process may own another partition. */
  get hasCapacity(): boolean {
    return this.reserved < this.assigned;
  }

  /** Reserves a partition if this process may own another one; call {@link release} when it is given up. */
  reserve(): boolean {
    if (!this.hasCapacity) return false;
    this.reserved++;
    return true;
  }

  release(): void {
    this.reserved--;
  }
}
