/** A partition that is further behind than this is replaying, not following. */
export const REPLAY_THRESHOLD_EVENTS = 1_000;

export type PartitionState =
  | 'starting'
  /** Another process projects it. */
  | 'standby'
  /** There is no log yet. */
  | 'waiting'
  | 'replaying'
  | 'live'
  /** Failed; tried again by itself. */
  | 'retrying'
  /** Failed; an operator has to act. */
  | 'stopped';

export interface PartitionStatus {
  partition: number;
  owned: boolean;
  /** The checkpoint. */
  seq: number;
  /** Events behind the end of the log. */
  lag: number;
  state: PartitionState;
  problem: string | null;
}

const HEALTHY: ReadonlySet<PartitionState> = new Set(['standby', 'replaying', 'live']);

/** Whether every partition is projected or somebody else's, with what is wrong when not. */
export function partitionsCheck(partitions: PartitionStatus[]): { ok: boolean; detail: string } {
  const bad = partitions.filter(({ state }) => !HEALTHY.has(state));
  if (bad.length > 0) {
    const problems = bad.map(({ partition, state, problem }) => `${partition} ${state}: ${problem ?? '-'}`);
    return { ok: false, detail: problems.join('; ') };
  }
  const owned = partitions.filter((each) => each.owned).length;
  return { ok: partitions.length > 0, detail: `${owned} of ${partitions.length} partitions owned` };
}

export const totalLag = (partitions: PartitionStatus[]): number =>
  partitions.reduce((sum, { owned, lag }) => sum + (owned ? lag : 0), 0);

export interface ReplayProgress {
  remaining: number;
  eventsPerSecond: number;
}

/** Measures how fast a backlog shrinks, from one call to the next. */
export class ReplayMeter {
  private last: { atMs: number; lag: number } | null = null;
  current: ReplayProgress | null = null;

  /** Returns the progress while the backlog is worth telling, else null. */
  measure(lag: number, nowMs: number): ReplayProgress | null {
    const { last } = this;
    this.last = { atMs: nowMs, lag };
    const seconds = last ? (nowMs - last.atMs) / 1_000 : 0;
    const eventsPerSecond = last && seconds > 0 ? Math.max(0, Math.round((last.lag - lag) / seconds)) : 0;
    this.current = lag > REPLAY_THRESHOLD_EVENTS ? { remaining: lag, eventsPerSecond } : null;
    return this.current;
  }
}
