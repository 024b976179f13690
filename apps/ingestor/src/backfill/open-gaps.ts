import type { BackfillMetrics } from '../metrics/backfill-metrics.js';
import type { GuildGap } from './gaps/gap.js';

const keyOf = ({ gapId, guildId }: GuildGap): string => `${gapId} ${guildId}`;

/** The open gaps of this replica's shards. */
export class OpenGaps {
  private readonly gaps = new Map<string, GuildGap>();

  constructor(private readonly metrics: BackfillMetrics) {}

  values(): Iterable<GuildGap> {
    return this.gaps.values();
  }

  /** Adds or replaces a gap. */
  set(gap: GuildGap): void {
    this.gaps.set(keyOf(gap), gap);
    this.updateGauge();
  }

  /** Adds a gap unless it is known. */
  add(gap: GuildGap): void {
    if (!this.gaps.has(keyOf(gap))) this.set(gap);
  }

  /** Whether this object, not only an equal gap, is in the list. */
  has(gap: GuildGap): boolean {
    return this.gaps.get(keyOf(gap)) === gap;
  }

  ofShard(shardId: number): GuildGap[] {
    return [...this.gaps.values()].filter((gap) => gap.shardId === shardId);
  }

  remove(gap: GuildGap): void {
    this.gaps.delete(keyOf(gap));
    this.updateGauge();
  }

  removeShard(shardId: number): void {
    for (const gap of this.ofShard(shardId)) this.gaps.delete(keyOf(gap));
    this.updateGauge();
  }

  private updateGauge(): void {
    this.metrics.gapsOpen.set(this.gaps.size);
  }
}
