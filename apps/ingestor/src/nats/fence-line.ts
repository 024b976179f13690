/** The newest fence of a shard, as the log has it. */
export interface StoredFence {
  /** 0: the log has none. */
  sequence: number;
  raisedAtMs: number;
  /** Earlier fences: the process that raised this one may still publish the events that it recorded under them. */
  continues: readonly number[];
}

/** A fence under which events were recorded. */
export interface RecordedFence {
  sequence: number;
  /** When the first of them was recorded, or earlier. By the clock of NATS. */
  sinceMs: number;
}

const isContinuedBy = (newest: StoredFence, sequence: number): boolean =>
  newest.sequence === sequence || newest.continues.includes(sequence);

/**
 * Whether events that were recorded under a fence may enter the log. If the newest fence has a lower sequence, the log was rolled
 * back: then its time says whether it was raised later.
 */
export const admits = (newest: StoredFence, { sequence, sinceMs }: RecordedFence): boolean =>
  isContinuedBy(newest, sequence) || (newest.sequence < sequence && newest.raisedAtMs <= sinceMs);

/** The fences of one shard under which this process has recorded events or has some in its spool. */
export class FenceLine {
  private readonly recorded = new Map<number, RecordedFence>();
  private newestSequence = 0;

  /** The newest fence of the shard that this process knows. */
  get newest(): number {
    return this.newestSequence;
  }

  /** Whether the newest fence was raised by this process, or by an earlier one that left its events to it. */
  owns(newest: StoredFence): boolean {
    return this.sequences.some((sequence) => isContinuedBy(newest, sequence));
  }

  get sequences(): number[] {
    return [...this.recorded.keys()];
  }

  add(fence: RecordedFence): void {
    const sinceMs = Math.min(fence.sinceMs, this.recorded.get(fence.sequence)?.sinceMs ?? Infinity);
    this.recorded.set(fence.sequence, { ...fence, sinceMs });
  }

  /** Records the newest fence, and removes the fences whose events it rejects. */
  advance(newest: StoredFence): void {
    this.newestSequence = newest.sequence;
    for (const fence of this.recorded.values())
      if (!admits(newest, fence)) this.recorded.delete(fence.sequence);
  }

  /** Records that this process uses the fence, which is the newest one. */
  record(fence: RecordedFence): void {
    this.add(fence);
    this.newestSequence = fence.sequence;
  }

  /** The sequence that events of a fence have to name; undefined when another process has recorded the shard since. */
  expected(sequence: number): number | undefined {
    return this.recorded.has(sequence) ? this.newestSequence : undefined;
  }
}
